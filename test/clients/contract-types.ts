// Compares the types of the domain with those of both contracts. The compiler fails where one has a field that another lacks.

import type { Suggestion } from '../../src/registry/advice/suggestions.ts';
import type { Reason, Suitability } from '../../src/registry/advice/suitability.ts';
import type { Conflict, Holder, Warning } from '../../src/registry/conflicts/conflict.ts';
import type { FieldChange, Snapshot } from '../../src/registry/history/history.ts';
import type { Drift, DriftEntry } from '../../src/registry/observed/drift.ts';
import type { Observation } from '../../src/registry/observed/observation.ts';
import type { OwnEntry } from '../../src/registry/own/own-fields.ts';
import type { WrittenAssociation } from '../../src/registry/own-registry.ts';
import type { PortReport, RegistryDate } from '../../src/registry/report/port-report.ts';
import type { PortStates } from '../../src/registry/report/port-state.ts';
import type { Assignment } from '../../src/registry/rows/assignment.ts';
import type { Association } from '../../src/registry/rows/association.ts';
import type { Check } from '../../src/registry/rows/check-command.ts';
import type { EphemeralRange, EphemeralSpan } from '../../src/registry/rows/ephemeral-range.ts';
import type { SearchResult } from '../../src/registry/search/search-result.ts';
import type { PortRange } from '../../src/registry/values/port-range.ts';
import type { Reference } from '../../src/registry/values/reference.ts';
import type * as graphql from './generated/graphql-contract.ts';
import type { components } from './generated/rest-contract.ts';

type Rest = components['schemas'];

/** True where each type is assignable to the other; else false, which the compiler refuses below. */
type Same<Domain, Contract> = [Domain] extends [Contract] ? ([Contract] extends [Domain] ? true : false) : false;

/** The fields of a type, each with whether it can be null: GraphQL writes the words of enums in capitals. */
type Fields<Type> = { readonly [Name in keyof Type]-?: null extends Type[Name] ? 'null' : 'value' };

type SameFields<Domain, Contract> = Same<Fields<Domain>, Fields<Contract>>;

type AllTrue<Checks extends Readonly<Record<string, true>>> = Checks;

/** Types of the domain that REST returns unchanged. */
export type InRest = AllTrue<{
  readonly port: Same<PortReport, Rest['Port']>;
  readonly portStates: Same<PortStates, Rest['PortStates']>;
  readonly portRange: Same<PortRange, Rest['PortRange']>;
  readonly assignment: Same<Assignment, Rest['Assignment']>;
  readonly association: Same<Association, Rest['Association']>;
  readonly observation: Same<Observation, Rest['Observation']>;
  readonly drift: Same<Drift, Rest['Drift']>;
  readonly ephemeralSpan: Same<EphemeralSpan, Rest['EphemeralSpan']>;
  readonly ephemeralRange: Same<EphemeralRange, Rest['EphemeralRange']>;
  readonly searchResult: Same<SearchResult, Rest['SearchResult']>;
  readonly check: Same<Check, Rest['Check']>;
  readonly registryDate: Same<RegistryDate, Rest['RegistryDate']>;
  readonly reference: Same<Reference, Rest['Reference']>;
  readonly suitability: Same<Suitability, Rest['Suitability']>;
  readonly reason: Same<Reason, Rest['Reason']>;
  readonly warning: Same<Warning, Rest['Warning']>;
  readonly holder: Same<Holder, Rest['Holder']>;
  readonly conflict: Same<Conflict, Rest['Conflict']>;
  readonly written: Same<WrittenAssociation, Rest['WrittenAssociation']>;
  readonly suggestion: Same<Suggestion, Rest['Suggestion']>;
  readonly snapshot: Same<Snapshot, Rest['Snapshot']>;
  readonly fieldChange: Same<FieldChange, Rest['FieldChange']>;
  readonly ownEntry: Same<keyof OwnEntry, keyof Rest['OwnEntry']>;
  readonly ownPatch: Same<keyof OwnEntry, keyof Rest['OwnPatch']>;
}>;

/** Types of the domain that GraphQL returns with the same fields. */
export type InGraphql = AllTrue<{
  readonly port: SameFields<PortReport, graphql.Port>;
  readonly portStates: SameFields<PortStates, graphql.PortStates>;
  readonly portRange: SameFields<PortRange, graphql.PortRange>;
  readonly assignment: SameFields<Assignment, graphql.Assignment>;
  readonly association: SameFields<Association, Omit<graphql.Association, 'warnings'>>;
  readonly warning: SameFields<Warning, graphql.Warning>;
  readonly conflict: SameFields<Conflict, graphql.Conflict>;
  readonly observation: SameFields<Observation, graphql.Observation>;
  readonly drift: SameFields<Drift, graphql.Drift>;
  readonly driftEntry: SameFields<DriftEntry, graphql.DriftEntry>;
  readonly ephemeralSpan: SameFields<EphemeralSpan, graphql.EphemeralSpan>;
  readonly ephemeralRange: SameFields<EphemeralRange, graphql.EphemeralRange>;
  readonly searchResult: SameFields<SearchResult, graphql.SearchResult>;
  readonly check: SameFields<Check, graphql.Check>;
  readonly registryDate: SameFields<RegistryDate, graphql.RegistryDate>;
  readonly reference: SameFields<Reference, graphql.Reference>;
  readonly suitability: SameFields<Suitability, graphql.Suitability>;
  readonly reason: SameFields<Reason, graphql.Reason>;
  readonly suggestion: SameFields<Suggestion, graphql.Suggestion>;
  readonly snapshot: SameFields<Snapshot, graphql.Snapshot>;
  readonly fieldChange: SameFields<FieldChange, graphql.FieldChange>;
  readonly ownEntry: Same<keyof OwnEntry, keyof graphql.AssociationInput>;
  readonly ownPatch: Same<keyof OwnEntry, keyof graphql.AssociationPatch>;
}>;
