import { type Assignment, assignmentSpan, isRange } from '../rows/assignment.ts';
import { type Association, isInUse, type Origin } from '../rows/association.ts';
import type { OtherName } from '../rows/other-name.ts';
import { type PortSpan, rangeOf, spanWidth } from '../values/port-range.ts';
import type { Steps } from '../values/run-step.ts';
import { foldServiceName } from '../values/service-name.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import { callName, canNamePort, compareNames, isOneWord, type PortName, WIDEST_EXPANDED_RANGE } from './port-name.ts';
import { type NamedRow, OWN_FIRST, originOf } from './preferred-origins.ts';

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
  const steps = composeNames(assignments, associations, otherNames, preferred);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The most rows of ports, names or other names in one step: it takes up to 5 ms. */
const STEP_ROWS = 2_000;

/** Composes the result of `portNames` in steps. */
export function* composeNames(
  assignments: readonly Assignment[],
  associations: readonly Association[],
  otherNames: readonly OtherName[],
  preferred: readonly Origin[],
): Steps<PortName[]> {
  const found = new Map<number, NamedRow[]>();
  let count = 0;
  for (const [row, keys] of keyedRows(assignments, associations)) {
    for (const key of keys) {
      const rows = found.get(key);
      if (rows === undefined) found.set(key, [row]);
      else rows.push(row);
    }
    count += keys.length;
    if (count < STEP_ROWS) continue;
    count = 0;
    yield;
  }
  const better = compareNames(preferred);
  const names = new Map<number, PortName>();
  const holders = new Set<string>();
  for (const key of Uint32Array.from(found.keys()).sort()) {
    const rows = found.get(key) as NamedRow[];
    const port = toPortName(key, rows.sort(better));
    names.set(key, port);
    for (const known of [port.name ?? '', ...port.aliases, ...port.otherNames])
      holders.add(holderOf(port.protocol, known));
    count += rows.length;
    if (count < STEP_ROWS) continue;
    count = 0;
    yield;
  }
  for (const [index, otherName] of otherNames.entries()) {
    addOtherName(names, holders, otherName);
    if (index % STEP_ROWS === STEP_ROWS - 1) yield;
  }
  return [...names.values()];
}

/** Lists the rows that have names, with their ports and protocols. */
function* keyedRows(
  assignments: readonly Assignment[],
  associations: readonly Association[],
): Generator<readonly [NamedRow, readonly number[]]> {
  for (const row of assignments) {
    const protocols = row.protocol === null ? TRANSPORT_PROTOCOLS : [row.protocol];
    if (row.serviceName !== null) yield [row, keysOf(assignmentSpan(row), protocols)];
  }
  for (const use of associations) if (isInUse(use)) yield [use, keysOf(use, use.protocols)];
}

/** Other names that are written to files: RFC 6335's characters and those of older names, without `/`, which separates ports. */
const WRITTEN_NAME = /^[a-z0-9][\w.+-]*$/i;

/**
 * Adds another name to the names of its port, unless a port has the name. A program that looks up a name must find the port that
 * the name means.
 */
function addOtherName(names: Map<number, PortName>, holders: Set<string>, otherName: OtherName): void {
  const { name, port, protocols, place } = otherName;
  if (place > 1 || !WRITTEN_NAME.test(name)) return;
  for (const protocol of protocols) {
    const [key] = keysOf({ firstPort: port, lastPort: port }, [protocol]);
    const known = names.get(key ?? -1);
    const holder = holderOf(protocol, name);
    if (key === undefined || known === undefined || known.name === null || holders.has(holder)) continue;
    holders.add(holder);
    names.set(key, { ...known, otherNames: [...known.otherNames, name] });
  }
}

function holderOf(protocol: TransportProtocol, name: string): string {
  return `${protocol} ${foldServiceName(name)}`;
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
