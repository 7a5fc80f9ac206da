import type { ObservedPort } from '../observed/observed-port.ts';
import { type Assignment, compareAssignments } from '../rows/assignment.ts';
import { type Association, compareAssociations, isInUse, ORIGINS } from '../rows/association.ts';
import { type Check, type CheckCommand, checksFor } from '../rows/check-command.ts';
import { compareEphemeralSpans, type EphemeralSpan } from '../rows/ephemeral-range.ts';
import type { NameOfPort } from '../rows/other-name.ts';
import { type PortRange, rangeOf } from '../values/port-range.ts';
import { appliesTo, type TransportProtocol } from '../values/transport-protocol.ts';
import { type PortStates, portStates } from './port-state.ts';
import { summarize } from './summary.ts';

/** The date of the official data. */
export interface RegistryDate {
  /** The day of the IANA registry that is loaded, `YYYY-MM-DD`. */
  readonly date: string;
}

/** The whole answer for one port, the same for REST, GraphQL, text and pages. */
export interface PortReport {
  /** The port number, 0-65535. */
  readonly number: number;
  readonly range: PortRange;
  /** One to three sentences, derived from the rows below. */
  readonly summary: string;
  /** The states for all four protocols, whichever was asked for. */
  readonly states: PortStates;
  /** The official rows, in the order of `compareAssignments`. */
  readonly assignments: readonly Assignment[];
  /** The informal and own uses, in the order of `compareAssociations`. */
  readonly associations: readonly Association[];
  /** The other names of the port: those that mean it before other ports come first, then by name. */
  readonly otherNames: readonly NameOfPort[];
  /** The current ephemeral ranges that contain the port, one for each system, by title. */
  readonly ephemeralRanges: readonly EphemeralSpan[];
  /** True if browsers do not connect to the port: it is a bad port of the WHATWG Fetch standard. */
  readonly blockedByBrowsers: boolean;
  /** Commands that show which process uses the port of a host, at most nine. */
  readonly checks: readonly Check[];
  readonly registry: RegistryDate;
  /** The observed use, for a reader who may see it; null for others, and for a past state. */
  readonly observed: ObservedPort | null;
}

/** The rows of one port, in any order and for all protocols: the input of a report. */
export interface PortFacts {
  readonly assignments: readonly Assignment[];
  readonly associations: readonly Association[];
  /** In the order of the report. */
  readonly otherNames: readonly NameOfPort[];
  /** The current ranges that contain the port. */
  readonly ephemeralRanges: readonly EphemeralSpan[];
  readonly blockedByBrowsers: boolean;
  /** The commands for the protocol asked for, in order. */
  readonly checkCommands: readonly CheckCommand[];
  readonly registry: RegistryDate;
}

/** The part of a report that ports with the same rows share: all but the number and the texts that contain it. */
export interface SharedReport extends Omit<PortReport, 'number' | 'summary' | 'checks' | 'observed'> {
  /** The summary without "Port" and the number at its start. */
  readonly summaryEnd: string;
  /** The commands, with a placeholder for the number. */
  readonly checkCommands: readonly CheckCommand[];
}

/**
 * Composes the part of the report that all ports with the same rows share.
 *
 * @param number - Any of the ports.
 * @param protocol - Selects the rows that apply to this protocol; null selects all rows.
 * @param facts - All rows that contain the port, of every protocol.
 */
export function composeSharedReport(
  number: number,
  protocol: TransportProtocol | null,
  facts: PortFacts,
): SharedReport {
  const official = facts.assignments.toSorted(compareAssignments);
  const selected = {
    range: rangeOf(number),
    states: portStates(number, official),
    assignments: official.filter((row) => appliesTo(row.protocol === null ? [] : [row.protocol], protocol)),
    associations: facts.associations.filter((row) => appliesTo(row.protocols, protocol)).toSorted(compareAssociations),
    otherNames: facts.otherNames.filter((one) => appliesTo(one.protocols, protocol)),
    ephemeralRanges: facts.ephemeralRanges.toSorted(compareEphemeralSpans),
  };
  const { blockedByBrowsers, checkCommands, registry } = facts;
  return {
    ...selected,
    summaryEnd: summarize(selected, protocol, official),
    blockedByBrowsers,
    checkCommands,
    registry,
  };
}

/**
 * Completes a shared report with the number of a port.
 *
 * @param number - A port number, 0-65535: one of the ports that share the report.
 * @param shared - The shared report.
 * @param observed - The observed use of the port; null for a reader who may not see it.
 */
export function portReport(number: number, shared: SharedReport, observed: ObservedPort | null = null): PortReport {
  return {
    number,
    range: shared.range,
    summary: summaryOf(number, shared),
    states: shared.states,
    assignments: shared.assignments,
    associations: shared.associations,
    otherNames: shared.otherNames,
    ephemeralRanges: shared.ephemeralRanges,
    blockedByBrowsers: shared.blockedByBrowsers,
    checks: checksFor(shared.checkCommands, number),
    registry: shared.registry,
    observed,
  };
}

/**
 * Returns the summary of a port.
 *
 * @param number - One of the ports that share the report.
 * @param shared - The shared report.
 */
export function summaryOf(number: number, { summaryEnd }: Pick<SharedReport, 'summaryEnd'>): string {
  return `Port ${number}${summaryEnd}`;
}

/** The most uses of a port in a report that is rendered in one step. */
const MOST_AT_ONCE = 100;

/**
 * Returns whether a port has so many own entries that its report is rendered in steps.
 *
 * @param shared - The report.
 */
export function isCrowded({ associations }: SharedReport): boolean {
  return associations.length > MOST_AT_ONCE;
}

/** The rows of a report that decide the source of a lookup. */
export type LookedUp = Pick<PortReport, 'assignments' | 'associations'>;

/** The sources of a lookup's answer; `none` where a port has no name. */
export const LOOKUP_SOURCES = [...ORIGINS, 'none'] as const;
/** The source of a lookup's answer. */
export type LookupSource = (typeof LOOKUP_SOURCES)[number];

/**
 * Returns the best source of a report: an own entry, else a name of IANA's, else an informal use.
 *
 * @param report - The report, with the rows for the protocol asked for.
 */
export function lookupSource({ assignments, associations }: LookedUp): LookupSource {
  if (associations.some((use) => use.origin === 'own' && isInUse(use))) return 'own';
  if (assignments.some(({ serviceName }) => serviceName !== null)) return 'iana';
  return associations.some(({ origin }) => origin === 'informal') ? 'informal' : 'none';
}
