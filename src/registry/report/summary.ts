import { type Assignment, assignmentSpan, isRange, precedence } from '../rows/assignment.ts';
import { type Association, isInUse } from '../rows/association.ts';
import { COMMON_SYSTEMS, type EphemeralSpan } from '../rows/ephemeral-range.ts';
import { formatSpan, type PortRange, spanWidth } from '../values/port-range.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import { enumerate, shortenDescription } from '../values/wording.ts';
import type { PortStates } from './port-state.ts';

/** The input of a summary: rows filtered and in the order of the report. */
export interface SummaryFacts {
  readonly range: PortRange;
  readonly states: PortStates;
  readonly assignments: readonly Assignment[];
  readonly associations: readonly Association[];
  readonly ephemeralRanges: readonly EphemeralSpan[];
}

/** The most uses that a summary names. */
const NAMED_USES = 6;

/**
 * Summarizes a port in one to three sentences, without "Port" and the number at the start: own entries and official rows,
 * ephemeral ranges, informal uses.
 *
 * @param facts - The rows of the report.
 * @param protocol - The protocol asked for, or null.
 * @param all - The port's official rows for all protocols, for names on protocols that were not asked for.
 */
export function summarize(facts: SummaryFacts, protocol: TransportProtocol | null, all: readonly Assignment[]): string {
  const first = `${protocol === null ? '' : `/${protocol}`} ${ownClause(facts)}${officialClause(facts, protocol, all)}.`;
  return [first, ephemeralSentence(facts), usesSentence(facts)].filter((sentence) => sentence !== '').join(' ');
}

/** Returns the start of the first sentence, which names the own entries; empty without any. */
function ownClause({ associations }: SummaryFacts): string {
  const own = associations.filter((use) => use.origin === 'own' && isInUse(use));
  if (own.length === 0) return '';
  return `has the own ${own.length === 1 ? 'entry' : 'entries'} ${listUses(own)}; it `;
}

function officialClause(facts: SummaryFacts, protocol: TransportProtocol | null, all: readonly Assignment[]): string {
  const named = facts.assignments.filter((row) => row.serviceName !== null);
  if (named.length > 0) return namedClauses(named, protocol).join('; ') + otherStates(facts, named, protocol);
  return `has no official assignment: ${absence(facts, protocol)}${elsewhere(all, protocol)}`;
}

/** Returns one clause for the assigned names, one for the recorded names and one for the aliases. */
function namedClauses(named: readonly Assignment[], protocol: TransportProtocol | null): string[] {
  const primary = named.filter((row) => row.aliasOf === null);
  const assigned = groupNames(
    primary.filter((row) => row.state === 'assigned'),
    protocol,
    'to ',
  );
  const recorded = groupNames(
    primary.filter((row) => row.state === 'recorded'),
    protocol,
  );
  const aliases = groupNames(
    named.filter((row) => row.aliasOf !== null),
    null,
  );
  return [
    assigned && `is assigned ${assigned}`,
    recorded && `is recorded by IANA as an unassigned but widespread use of ${recorded}`,
    aliases && `has the historic alias ${aliases}`,
  ].filter((clause) => clause !== '');
}

/**
 * Returns one phrase for all names on the same protocols and ports: `http (World Wide Web HTTP) on tcp, udp and sctp`.
 */
function groupNames(rows: readonly Assignment[], protocol: TransportProtocol | null, preposition = ''): string {
  const byName = Map.groupBy(rows, (row) => row.serviceName ?? '');
  const byPlace = Map.groupBy(byName, ([, sameName]) => place(sameName, protocol));
  const usedDescriptions = new Set<string>();
  const phrases = [...byPlace].map(([where, names]) => {
    const titles = names.map(([name, [row]]) =>
      titled(name, row?.aliasOf === null ? row.description : null, usedDescriptions),
    );
    return preposition + enumerate(titles) + where;
  });
  return phrases.join('; ');
}

/** Adds its description to a name, unless the description equals the name or follows an earlier name already. */
function titled(name: string, description: string | null, usedDescriptions: Set<string>): string {
  if (description === null || usedDescriptions.has(description) || description.toLowerCase() === name.toLowerCase())
    return name;
  usedDescriptions.add(description);
  return `${name} (${shortenDescription(description)})`;
}

function place(rows: readonly Assignment[], protocol: TransportProtocol | null): string {
  const protocols = TRANSPORT_PROTOCOLS.filter((name) => rows.some((row) => row.protocol === name));
  const on = protocol !== null || rows.some((row) => row.protocol === null) ? '' : ` on ${enumerate(protocols)}`;
  const spans = new Set(
    rows.filter(isRange).map((row) => formatSpan(assignmentSpan(row) ?? { firstPort: 0, lastPort: 0 })),
  );
  return on + (spans.size === 0 ? '' : ` through the range ${enumerate([...spans])}`);
}

/** Returns the states of the protocols on which a named port has no name: `; on udp it is reserved`. */
function otherStates(facts: SummaryFacts, named: readonly Assignment[], protocol: TransportProtocol | null): string {
  if (protocol !== null || named.some((row) => row.protocol === null)) return '';
  const unnamed = TRANSPORT_PROTOCOLS.filter(
    (name) => facts.states[name] !== 'unlisted' && !named.some((row) => row.protocol === name),
  );
  const byState = Map.groupBy(unnamed, (name) => facts.states[name]);
  return [...byState].map(([state, names]) => `; on ${enumerate(names)} it is ${state}`).join('');
}

/** Returns the reason why a port has no named row. */
function absence(facts: SummaryFacts, protocol: TransportProtocol | null): string {
  if (facts.assignments.length === 0) {
    if (facts.range.name === 'dynamic') {
      return `it lies in the ${facts.range.title} ${formatSpan(facts.range)}, a dynamic range in which IANA makes no assignments`;
    }
    return `the registry lists nothing for it${protocol === null ? '' : ` on ${protocol}`}`;
  }
  const byWords = Map.groupBy(
    decisiveRows(facts.assignments, protocol),
    (row) => `"${shortenDescription(row.description ?? '')}"`,
  );
  const phrases = [...byWords].map(([words, rows]) => words + place(rows, protocol));
  return `the registry says ${enumerate(phrases)}`;
}

/**
 * Finds the rows that decide the state for at least one of the protocols asked for: on each, those of lowest
 * precedence.
 */
function decisiveRows(rows: readonly Assignment[], asked: TransportProtocol | null): Assignment[] {
  const decisive = (asked === null ? TRANSPORT_PROTOCOLS : [asked]).flatMap((protocol) => {
    const here = rows.filter((row) => row.protocol === null || row.protocol === protocol);
    const lowest = Math.min(...here.map(precedence));
    return here.filter((row) => precedence(row) === lowest);
  });
  return rows.filter((row) => decisive.includes(row));
}

/** Returns the names of the port on protocols other than the one asked for. */
function elsewhere(all: readonly Assignment[], protocol: TransportProtocol | null): string {
  if (protocol === null) return '';
  const others = all.filter((row) => row.serviceName !== null && row.aliasOf === null && row.protocol !== protocol);
  return others.length === 0 ? '' : `; the port is listed for ${groupNames(others, null)}`;
}

function ephemeralSentence({ range, assignments, ephemeralRanges }: SummaryFacts): string {
  const systems = ephemeralRanges.filter(({ system }) => COMMON_SYSTEMS.includes(system));
  if (systems.length === 0) return '';
  const names = enumerate(systems.map((system) => `${system.title} (${formatSpan(system)})`));
  const use = `${names} ${systems.length === 1 ? 'uses' : 'use'} it for outgoing connections`;
  if (range.name === 'dynamic') return `It is most likely a client's ephemeral port: ${use}.`;
  return `${use}, so it may ${assignments.some((row) => row.serviceName !== null) ? 'also ' : ''}be a client's ephemeral port.`;
}

function usesSentence({ associations, range, assignments }: SummaryFacts): string {
  const informal = associations.filter(({ origin }) => origin === 'informal');
  if (informal.length === 0) return '';
  const isUncertain = range.name === 'dynamic' && assignments.length === 0 && informal.length === associations.length;
  const caution = isUncertain ? ', so it may carry one of these, something else or nothing' : '';
  return `Informally associated: ${listUses(informal)}${caution}.`;
}

function listUses(uses: readonly Association[]): string {
  const named = uses
    .slice(0, NAMED_USES)
    .map((use) => (spanWidth(use) === 0 ? use.name : `${use.name} (on ${formatSpan(use)})`));
  const more = uses.length - named.length;
  return enumerate(more === 0 ? named : [...named, `${more} more`]);
}
