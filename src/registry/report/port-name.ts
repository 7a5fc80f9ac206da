import { type Assignment, assignmentSpan, compareAssignments, isRange } from '../rows/assignment.ts';
import { type Association, compareAssociations, isInUse, type Origin } from '../rows/association.ts';
import type { OtherName } from '../rows/other-name.ts';
import type { Prominence } from '../rows/prominence.ts';
import { type PortSpan, rangeOf, spanWidth } from '../values/port-range.ts';
import { foldServiceName } from '../values/service-name.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import { compareOrigins, type NamedRow, OWN_FIRST, originOf } from './preferred-origins.ts';

/** The names of a port and protocol. */
export interface PortName {
  /** A port number, 0-65535. */
  readonly port: number;
  readonly protocol: TransportProtocol;
  /** The best name, by `compareNames`; null if only historic malware used the port. */
  readonly name: string | null;
  /** The names of the other rows, the best first. */
  readonly aliases: readonly string[];
  /**
   * Other names that are one word: those of own entries, and those that mean this port before any other one, unless a row
   * of another port has the name.
   */
  readonly otherNames: readonly string[];
  /** The description of the best name. */
  readonly description: string | null;
  /** The origin of the best name. */
  readonly origin: Origin | null;
  /** The prominence of the best name. */
  readonly prominence: Prominence | null;
  /**
   * Whether the best name is an informal use of a dynamic port that says little about the service on the port: a range, or a use that
   * is less prominent than a range around it.
   */
  readonly isShared: boolean;
}

/** The widest range that is expanded to single ports, in ports. A wider one says too little about a single port. */
export const WIDEST_EXPANDED_RANGE = 256;

/**
 * Returns a function that compares two named rows of one port, the one with the better name first: preferred origins; the
 * exact port before a range; the higher prominence; official rows before uses; then the order of the report.
 *
 * @param preferred - The preferred origins, the first one first.
 */
export function compareNames(preferred: readonly Origin[] = OWN_FIRST): (a: NamedRow, b: NamedRow) => number {
  const byOrigin = compareOrigins(preferred);
  return (a, b) =>
    byOrigin(a, b) ||
    Number(isRange(a)) - Number(isRange(b)) ||
    b.prominence - a.prominence ||
    compareWithinReport(a, b);
}

function compareWithinReport(a: NamedRow, b: NamedRow): number {
  if ('id' in a) return 'id' in b ? compareAssociations(a, b) : 1;
  return 'id' in b ? -1 : compareAssignments(a, b);
}

/**
 * Returns the name of a row: the service name, or the name of the use; empty for an official row without a name.
 *
 * @param row - An official row or a use.
 */
export function nameOf(row: NamedRow): string {
  return 'id' in row ? row.name : (row.serviceName ?? '');
}

/**
 * Returns whether a row can have the best name of a port: it has a name, and is neither a retired own entry nor historic malware.
 *
 * @param row - An official row or a use.
 */
export function canNamePort(row: NamedRow): boolean {
  if (!('id' in row)) return row.serviceName !== null;
  return row.origin === 'own' ? isInUse(row) : row.category !== 'malware';
}

/**
 * Lists the names of all ports and protocols, the best first. The label of an own use is its name if that is one word; the
 * label of any other use is its id, as its name may contain blanks. Ranges of up to 256 ports are expanded.
 *
 * @param assignments - Official rows, in any order.
 * @param associations - Own and informal uses, in any order. Retired entries have no names.
 * @param otherNames - Other names of ports, in any order.
 * @param preferred - The preferred origins of the best names, the first one first.
 * @returns One entry for each port and protocol, by port, then tcp, udp, sctp, dccp.
 */
export function portNames(
  assignments: readonly Assignment[],
  associations: readonly Association[],
  otherNames: readonly OtherName[] = [],
  preferred: readonly Origin[] = OWN_FIRST,
): PortName[] {
  const found = new Map<number, NamedRow[]>();
  const add = (row: NamedRow, span: PortSpan | null, protocols: readonly TransportProtocol[]): void => {
    for (const key of keysOf(span, protocols)) {
      const rows = found.get(key);
      if (rows === undefined) found.set(key, [row]);
      else rows.push(row);
    }
  };
  for (const row of assignments) {
    if (row.serviceName === null) continue;
    add(row, assignmentSpan(row), row.protocol === null ? TRANSPORT_PROTOCOLS : [row.protocol]);
  }
  for (const use of associations.filter(isInUse)) add(use, use, use.protocols);
  const better = compareNames(preferred);
  const sorted = [...found].sort(([a], [b]) => a - b);
  const names = new Map(sorted.map(([key, rows]) => [key, toPortName(key, rows.sort(better))]));
  addOtherNames(names, otherNames);
  return [...names.values()];
}

/** Other names that are written to files: RFC 6335's characters and those of older names, without `/`, which separates ports. */
const WRITTEN_NAME = /^[a-z0-9][\w.+-]*$/i;

/** Adds other names to the names of their ports. A program that looks up a name must find the port that the name means. */
function addOtherNames(names: Map<number, PortName>, otherNames: readonly OtherName[]): void {
  const holders = new Set<string>();
  const keyOf = (protocol: TransportProtocol, name: string): string => `${protocol} ${foldServiceName(name)}`;
  for (const { protocol, name, aliases, otherNames } of names.values()) {
    for (const known of [name ?? '', ...aliases, ...otherNames]) holders.add(keyOf(protocol, known));
  }
  for (const { name, port, protocols, place } of otherNames) {
    if (place > 1 || !WRITTEN_NAME.test(name)) continue;
    for (const protocol of protocols) {
      const [key] = keysOf({ firstPort: port, lastPort: port }, [protocol]);
      const known = names.get(key ?? -1);
      if (key === undefined || known === undefined || known.name === null || holders.has(keyOf(protocol, name)))
        continue;
      holders.add(keyOf(protocol, name));
      names.set(key, { ...known, otherNames: [...known.otherNames, name] });
    }
  }
}

/** Returns one number for each port and protocol of a row; numbers sort by port, then by protocol. */
function keysOf(span: PortSpan | null, protocols: readonly TransportProtocol[]): number[] {
  if (span === null || spanWidth(span) >= WIDEST_EXPANDED_RANGE) return [];
  const keys: number[] = [];
  for (let port = span.firstPort; port <= span.lastPort; port++) {
    for (const protocol of protocols)
      keys.push(port * TRANSPORT_PROTOCOLS.length + TRANSPORT_PROTOCOLS.indexOf(protocol));
  }
  return keys;
}

/** In the files of other tools a blank or a `#` ends the name. */
const ONE_WORD = /^[^\s#\p{Cc}]+$/u;

/**
 * Returns whether a name is one word: it contains no blank, no control character and no `#`.
 *
 * @param name - Any name.
 */
export function isOneWord(name: string): boolean {
  return ONE_WORD.test(name);
}

/**
 * Returns the label of a use in files of other tools.
 *
 * @param use - The use.
 */
export function callName({ id, name, origin }: Association): string {
  return origin === 'own' && isOneWord(name) ? name : id;
}

/** Returns the names of a port and protocol, from its rows with the best name first. */
function toPortName(key: number, rows: readonly NamedRow[]): PortName {
  const best = rows.find(canNamePort);
  const labels = new Set(rows.map(labelOf));
  const name = best === undefined ? null : labelOf(best);
  if (name !== null) labels.delete(name);
  return {
    port: Math.floor(key / TRANSPORT_PROTOCOLS.length),
    protocol: TRANSPORT_PROTOCOLS[key % TRANSPORT_PROTOCOLS.length] ?? 'tcp',
    name,
    aliases: [...labels],
    otherNames: [...new Set(rows.flatMap((row) => ('id' in row ? row.otherNames : [])))].filter(isOneWord),
    description: best === undefined ? null : 'id' in best ? best.name : best.description,
    origin: best === undefined ? null : originOf(best),
    prominence: best?.prominence ?? null,
    isShared: best !== undefined && originOf(best) === 'informal' && isSharedUse(best, rows, key),
  };
}

function isSharedUse(use: NamedRow, rows: readonly NamedRow[], key: number): boolean {
  if (rangeOf(Math.floor(key / TRANSPORT_PROTOCOLS.length)).name !== 'dynamic') return false;
  return isRange(use) || rows.some((row) => isRange(row) && row.prominence > use.prominence);
}

function labelOf(row: NamedRow): string {
  return 'id' in row ? callName(row) : (row.serviceName ?? '');
}
