import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  buildSchema,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { AVOID_OPTIONS, SUGGESTION_ORDERS } from '../../src/registry/advice/advice-question.ts';
import { VERDICTS } from '../../src/registry/advice/suitability.ts';
import { REASON_CODES, SEVERITIES } from '../../src/registry/advice/suitability-rule.ts';
import { AUDIT_ACTIONS, AUDIT_KINDS } from '../../src/registry/audit.ts';
import { CONFLICT_KINDS } from '../../src/registry/conflicts/conflict.ts';
import { CHANGE_KINDS } from '../../src/registry/history/history.ts';
import { DRIFT_KINDS } from '../../src/registry/observed/drift.ts';
import { OBSERVATION_STATES } from '../../src/registry/observed/observation.ts';
import { ADDRESS_SCOPES, SNAPSHOT_SOURCES } from '../../src/registry/observed/snapshot.ts';
import { ASSIGNMENT_STATES } from '../../src/registry/rows/assignment.ts';
import { CATEGORIES, CONFIDENCES, ENTRY_STATUSES, ORIGINS } from '../../src/registry/rows/association.ts';
import { PORT_RANGES } from '../../src/registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { ROUTES } from '../../src/rest/routes.ts';
import { at, type Node, validator } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();
const schema = buildSchema(readFileSync(new URL('../../schema/portolan.graphql', import.meta.url), 'utf8'));
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);
/** Types of GraphQL alone: Relay's connections. REST has other pages. */
const RELAY = /(?:Connection|Edge)$|^PageInfo$/;
const sharedTypes = types
  .filter(isObjectType)
  .filter((type) => !['Query', 'Mutation'].includes(type.name) && !RELAY.test(type.name));

interface Part {
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** Returns everything in a type that can be described, as `Type.field.argument`. */
function parts(type: GraphQLNamedType): Part[] {
  const children: readonly Part[] = isEnumType(type)
    ? type.getValues()
    : isObjectType(type) || isInputObjectType(type)
      ? Object.values(type.getFields())
      : [];
  const prefixed = (owner: string, list: readonly Part[]): Part[] =>
    list.map(({ name, description }) => ({ name: `${owner}.${name}`, description }));
  const arguments_ = isObjectType(type)
    ? Object.values(type.getFields()).flatMap(({ name, args }) => prefixed(`${type.name}.${name}`, args))
    : [];
  return [type, ...prefixed(type.name, children), ...arguments_];
}

function fieldsOf(name: string): string[] {
  const type = schema.getType(name);
  assert.ok(isObjectType(type), `there is no type ${name}`);
  return Object.keys(type.getFields());
}

test('every type, field, argument and enum value is described', () => {
  const all = types.flatMap(parts);
  assert.ok(all.length > 100, `found only ${all.length} parts`);
  const silent = all.filter(({ description }) => (description ?? '').trim() === '');
  assert.deepEqual(
    silent.map(({ name }) => name),
    [],
  );
  assert.ok(schema.description);
});

test('the enums have exactly the values of the domain', () => {
  const words = {
    TransportProtocol: TRANSPORT_PROTOCOLS,
    AssignmentState: ASSIGNMENT_STATES,
    PortState: [...ASSIGNMENT_STATES, 'dynamic', 'unlisted'],
    Origin: ORIGINS,
    Category: CATEGORIES,
    Confidence: CONFIDENCES,
    EntryStatus: ENTRY_STATUSES,
    PortRangeName: PORT_RANGES.map(({ name }) => name),
    Severity: SEVERITIES,
    Verdict: VERDICTS,
    ReasonCode: REASON_CODES,
    ConflictKind: CONFLICT_KINDS,
    AuditAction: AUDIT_ACTIONS,
    AuditKind: AUDIT_KINDS,
    SnapshotSource: SNAPSHOT_SOURCES,
    AddressScope: ADDRESS_SCOPES,
    ObservationState: OBSERVATION_STATES,
    DriftKind: DRIFT_KINDS,
    SuggestionOrder: SUGGESTION_ORDERS,
    Avoidable: AVOID_OPTIONS,
    SearchKind: ['assignment', 'association'],
    ChangeKind: CHANGE_KINDS,
    UpdateResult: ['changed', 'unchanged', 'failed'],
  };
  const enums = types.filter(isEnumType).map((type) => [
    type.name,
    type
      .getValues()
      .map(({ name }) => (name === name.toUpperCase() ? name.toLowerCase() : name))
      // The words of the domain have hyphens where GraphQL cannot, except for the codes of reasons, conflicts and drift.
      .map((name) =>
        ['ReasonCode', 'ConflictKind', 'DriftKind'].includes(type.name) ? name : name.replaceAll('_', '-'),
      ),
  ]);
  assert.deepEqual(Object.fromEntries(enums), words);
});

test('a port has the fields of the report, in their order', () => {
  const report = product.registry.port(60257, null);
  assert.deepEqual(fieldsOf('Port'), Object.keys(report));
  assert.deepEqual(fieldsOf('PortStates'), Object.keys(report.states));
});

test('each type has the fields of the REST schema of the same name, with the same nullability', () => {
  for (const type of sharedTypes) {
    const pointer = `/components/schemas/${type.name}`;
    const { properties } = at(pointer).node;
    assert.deepEqual(Object.keys(type.getFields()), Object.keys(properties as Node), type.name);
    for (const field of Object.values(type.getFields())) {
      // REST has it in responses to writes only.
      if (field.name === 'warnings') continue;
      const mayBeNull = validator(`${pointer}/properties/${field.name}`)(null);
      assert.equal(!isNonNullType(field.type), mayBeNull, `${type.name}.${field.name}: can it be null?`);
    }
  }
});

/** The names of REST parameters in GraphQL, if they differ. */
const ARGUMENTS: Readonly<Record<string, string>> = { limit: 'first', offset: 'after', ports: 'numbers' };

/** Parameters that choose among the fields of a text, as a GraphQL document does. */
const TEXT_PARAMETERS: readonly string[] = ['prefer', 'checks'];

test('every REST query is a GraphQL query, with the same parameters', () => {
  // Only REST has the resources with the scope admin; the ranges are few and have no pages.
  const routes = ROUTES.filter(({ scope }) => scope !== 'admin');
  const names: Readonly<Record<string, string>> = {
    'ephemeral-ranges': 'ephemeralRanges',
    'allowed-ports': 'allowedPorts',
    due: 'dueEntries',
    'own-changes': 'ownChanges',
  };
  for (const { path, kind, parameters } of routes) {
    const field = schema.getQueryType()?.getFields()[names[kind] ?? kind];
    assert.ok(field !== undefined, `${path}: there is no field for ${kind}`);
    const filter = field.args.find(({ name }) => name === 'filter')?.type;
    const inFilter = isInputObjectType(filter) ? Object.keys(filter.getFields()) : [];
    const known = [...field.args.map(({ name }) => name), ...inFilter];
    const hasPages = known.includes('first') || !['ranges', 'ephemeral-ranges', 'pools', 'ports'].includes(kind);
    const ofFields = parameters.filter((name) => !TEXT_PARAMETERS.includes(name));
    const asked = ofFields.filter((name) => hasPages || !['limit', 'offset'].includes(name));
    const missing = asked.filter((name) => {
      const own = kind === 'search' && name === 'q' ? 'text' : (ARGUMENTS[name] ?? name);
      return !known.includes(own);
    });
    assert.deepEqual(missing, [], `${path}: parameters that the field ${field.name} lacks`);
  }
});
