import type { SearchQuestion } from '../../registry/search/search-question.ts';
import type { SearchFilter } from '../../registry/search/search-result.ts';
import { PORT_RANGES } from '../../registry/values/port-range.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { type Condition, equals, where } from './conditions.ts';
import { toMatch } from './search-match.ts';

/** The FROM and WHERE clauses that find entries, with their order. */
export interface Hits {
  readonly from: string;
  readonly values: readonly (string | number)[];
  readonly order: string;
}

/**
 * Returns the clauses that find the entries of ports; for a single number, then those with the digits in their words.
 *
 * @param question - A question with ports.
 * @param conditions - Conditions of all entries.
 */
export function portHits(
  question: SearchQuestion,
  conditions: readonly Condition[],
): { readonly ofPorts: Hits; readonly ofDigits: Hits | null } {
  const { ports, allWords } = question;
  const asked = JSON.stringify(ports);
  const anyPort = ports.some(({ protocol }) => protocol !== null) ? ANY_PORT_WITH_PROTOCOL : ANY_PORT_OF_ALL;
  const { sql, values } = where([[anyPort, asked], ['entry.is_part = 0'], ...conditions]);
  const order = 'entry.id > 0, entry.last_port > entry.first_port, entry.id';
  const ofPorts: Hits = { from: `FROM search_entry AS entry ${sql}`, values, order };
  if (allWords.length !== 1) return { ofPorts, ofDigits: null };
  const digits = toMatch([{ column: 'words', words: allWords, isPrefix: true }]);
  return { ofPorts, ofDigits: fromWords(digits, [[`NOT (${anyPort})`, asked], ...conditions]) };
}

/** One text for any number of ports, so that the statement is cached. */
const ANY_PORT = `entry.id IN (
  SELECT span.id FROM json_each(?) AS port
  CROSS JOIN search_span AS span
    ON span.first_port <= port.value ->> 'lastPort' AND span.last_port >= port.value ->> 'firstPort'`;

/** The same without reading the protocols of the entries, for ports without a protocol. */
const ANY_PORT_OF_ALL = `${ANY_PORT})`;
const ANY_PORT_WITH_PROTOCOL = `${ANY_PORT}
  CROSS JOIN search_entry AS found ON found.id = span.id
  WHERE port.value ->> 'protocol' IS NULL OR found.protocols = '[]'
    OR instr(found.protocols, json_quote(port.value ->> 'protocol')) > 0)`;

// Finds the quoted word in the JSON array, several times faster than `json_each`.
const HAS_PROTOCOL = "(entry.protocols = '[]' OR instr(entry.protocols, json_quote(?)) > 0)";

/**
 * Returns the conditions of a protocol in a question: the entries that have it, and those that do not.
 *
 * @param protocol - The protocol; null for a question without one.
 */
export function protocolConditions(
  protocol: TransportProtocol | null,
): readonly (readonly [condition: readonly Condition[], isOtherProtocol: boolean])[] {
  if (protocol === null) return [[[], false]];
  return [
    [[[HAS_PROTOCOL, protocol]], false],
    [[[`NOT ${HAS_PROTOCOL}`, protocol]], true],
  ];
}

/**
 * Returns the clauses that find the entries with words.
 *
 * @param match - A query of FTS5.
 * @param conditions - Further conditions.
 */
export function fromWords(match: string, conditions: readonly Condition[]): Hits {
  const { sql, values } = where([['search_words MATCH ?', match], ...conditions]);
  const needsEntry = conditions.some(([condition]) => condition.includes('entry.'));
  const from = needsEntry
    ? `FROM search_words CROSS JOIN search_entry AS entry ON entry.id = search_words.rowid ${sql}`
    : `FROM (SELECT rowid AS id FROM search_words ${sql}) AS entry`;
  return { from, values, order: needsEntry ? 'search_words.rowid' : 'entry.id' };
}

/**
 * Returns the conditions of a filter.
 *
 * @param filter - The filter.
 */
export function filterConditions({ origin, protocol, range, state, category }: SearchFilter): Condition[] {
  const ports = PORT_RANGES.find(({ name }) => name === range);
  return [
    ...equals('entry.origin', origin),
    ...(protocol === null ? [] : [[HAS_PROTOCOL, protocol] as const]),
    ...(ports === undefined
      ? []
      : [['entry.first_port <= ? AND entry.last_port >= ?', ports.lastPort, ports.firstPort] as const]),
    ...equals('entry.state', state),
    ...equals('entry.category', category),
  ];
}
