import { type Assignment, compareAssignments } from '../rows/assignment.ts';
import { type Association, compareAssociations } from '../rows/association.ts';
import { type Check, type CheckCommand, checksFor } from '../rows/check-command.ts';
import { compareEphemeralSpans, type EphemeralSpan } from '../rows/ephemeral-range.ts';
import { type PortRange, rangeOf } from '../values/port-range.ts';
import { appliesTo, type TransportProtocol } from '../values/transport-protocol.ts';
import { type PortStates, portStates } from './port-state.ts';
import { summarize } from './summary.ts';

/** How old the official data is. */
export interface RegistryDate {
  /** The day of the IANA registry that is loaded, `YYYY-MM-DD`. */
  readonly date: string;
  /** When it was loaded, in UTC, ISO 8601 with milliseconds. */
  readonly importedAt: string;
}

/** The whole answer for one port, the same behind every face. */
export interface PortReport {
  /** The port number, 0-65535. */
  readonly number: number;
  readonly range: PortRange;
  /** One to three plain sentences, made from the rows below. */
  readonly summary: string;
  /** Always names all four protocols, whichever was asked for. */
  readonly states: PortStates;
  /** The official rows, in the order of `compareAssignments`. */
  readonly assignments: readonly Assignment[];
  /** The informal and own uses, in the order of `compareAssociations`. */
  readonly associations: readonly Association[];
  /** The current ephemeral ranges in which the port lies, one a system, by title. */
  readonly ephemeralRanges: readonly EphemeralSpan[];
  /** True when the port is a bad port of the WHATWG Fetch standard, to which browsers do not connect. */
  readonly blockedByBrowsers: boolean;
  /** Commands that show what uses the port of a host, at most nine. */
  readonly checks: readonly Check[];
  readonly registry: RegistryDate;
}

/** All that is known of one port, in any order and for all protocols: what a report is composed from. */
export interface PortFacts {
  readonly assignments: readonly Assignment[];
  readonly associations: readonly Association[];
  /** The current ranges that contain the port. */
  readonly ephemeralRanges: readonly EphemeralSpan[];
  readonly blockedByBrowsers: boolean;
  /** The commands for the protocol asked for, or for none, in their order. */
  readonly checkCommands: readonly CheckCommand[];
  readonly registry: RegistryDate;
}

/** What the reports of ports with the same rows have in common: all but the number, and the texts in which it stands. */
export interface SharedReport extends Omit<PortReport, 'number' | 'summary' | 'checks'> {
  /** What follows on "Port" and the number in the summary. */
  readonly summaryEnd: string;
  /** The commands, without the number. */
  readonly checkCommands: readonly CheckCommand[];
}

/**
 * Composes the answer for one port: the one function behind REST, GraphQL, text and pages.
 *
 * @param number - A port number, 0-65535.
 * @param protocol - Shows only rows that do not contradict this protocol; null shows all.
 * @param facts - All rows that contain the port, of every protocol.
 */
export function composePortReport(number: number, protocol: TransportProtocol | null, facts: PortFacts): PortReport {
  return portReport(number, composeSharedReport(number, protocol, facts));
}

/**
 * Composes what the answers for all ports with the same rows have in common.
 *
 * @param number - Any of the ports.
 * @param protocol - Shows only rows that do not contradict this protocol; null shows all.
 * @param facts - All rows that contain the port, of every protocol.
 */
export function composeSharedReport(
  number: number,
  protocol: TransportProtocol | null,
  facts: PortFacts,
): SharedReport {
  const official = facts.assignments.toSorted(compareAssignments);
  const shown = {
    range: rangeOf(number),
    states: portStates(number, official),
    assignments: official.filter((row) => appliesTo(row.protocol === null ? [] : [row.protocol], protocol)),
    associations: facts.associations.filter((row) => appliesTo(row.protocols, protocol)).toSorted(compareAssociations),
    ephemeralRanges: facts.ephemeralRanges.toSorted(compareEphemeralSpans),
  };
  const { blockedByBrowsers, checkCommands, registry } = facts;
  return { ...shown, summaryEnd: summarize(shown, protocol, official), blockedByBrowsers, checkCommands, registry };
}

/**
 * Puts a number into what its report shares with others.
 *
 * @param number - A port number, 0-65535, of those for which the rest was composed.
 * @param shared - The rest.
 */
export function portReport(number: number, shared: SharedReport): PortReport {
  return {
    number,
    range: shared.range,
    summary: `Port ${number}${shared.summaryEnd}`,
    states: shared.states,
    assignments: shared.assignments,
    associations: shared.associations,
    ephemeralRanges: shared.ephemeralRanges,
    blockedByBrowsers: shared.blockedByBrowsers,
    checks: checksFor(shared.checkCommands, number),
    registry: shared.registry,
  };
}
