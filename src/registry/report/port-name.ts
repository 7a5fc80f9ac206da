import { type Assignment, assignmentSpan, compareAssignments } from '../rows/assignment.ts';
import { type Association, compareAssociations } from '../rows/association.ts';
import { type PortSpan, spanWidth } from '../values/port-range.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';

/** What a port and protocol is called. */
export interface PortName {
  /** A port number, 0-65535. */
  readonly port: number;
  readonly protocol: TransportProtocol;
  /** The best name: that of the row that comes first in the port's report. */
  readonly name: string;
  /** The other names, in the order of the report. */
  readonly aliases: readonly string[];
  readonly description: string | null;
}

/** The widest range that is written out port by port. A wider one says too little of a single port. */
export const WIDEST_EXPANDED_RANGE = 256;

/**
 * Names every port and protocol that has a name. Official names come before own and informal ones. An own use is called
 * by its name where that is one word; any other use by its id, since its name may hold blanks. Ranges of up to 256 ports
 * are written out.
 *
 * @param assignments - Official rows, in any order.
 * @param associations - Own and informal uses, in any order.
 * @returns One entry a port and protocol, by port, then tcp, udp, sctp, dccp.
 */
export function portNames(assignments: readonly Assignment[], associations: readonly Association[]): PortName[] {
  const found = new Map<number, Named>();
  const at = (key: number): Named => {
    const known = found.get(key) ?? { assignments: [], associations: [] };
    found.set(key, known);
    return known;
  };
  for (const row of assignments) {
    if (row.serviceName === null) continue;
    const protocols = row.protocol === null ? TRANSPORT_PROTOCOLS : [row.protocol];
    for (const key of keysOf(assignmentSpan(row), protocols)) at(key).assignments.push(row);
  }
  for (const use of associations) for (const key of keysOf(use, use.protocols)) at(key).associations.push(use);
  return [...found.keys()].sort((a, b) => a - b).map((key) => toPortName(key, at(key)));
}

/** The rows that name a port and protocol. */
interface Named {
  readonly assignments: Assignment[];
  readonly associations: Association[];
}

/** Port and protocol in one number that sorts by both. */
function keysOf(span: PortSpan | null, protocols: readonly TransportProtocol[]): number[] {
  if (span === null || spanWidth(span) >= WIDEST_EXPANDED_RANGE) return [];
  const keys: number[] = [];
  for (let port = span.firstPort; port <= span.lastPort; port++) {
    for (const protocol of protocols)
      keys.push(port * TRANSPORT_PROTOCOLS.length + TRANSPORT_PROTOCOLS.indexOf(protocol));
  }
  return keys;
}

/** A blank or a `#` would end the name in the files of other tools. */
const ONE_WORD = /^[^\s#\p{Cc}]+$/u;

/**
 * Returns whether a name fits into files of words: it holds no blank, no control character and no `#`.
 *
 * @param name - Any name.
 */
export function isOneWord(name: string): boolean {
  return ONE_WORD.test(name);
}

/**
 * Gives the name by which files of other tools call a use.
 *
 * @param use - The use.
 */
export function callName({ id, name, origin }: Association): string {
  return origin === 'own' && isOneWord(name) ? name : id;
}

function toPortName(key: number, { assignments, associations }: Named): PortName {
  const labels = [
    ...assignments
      .sort(compareAssignments)
      .map((row) => ({ name: row.serviceName ?? '', description: row.description })),
    ...associations.sort(compareAssociations).map((use) => ({ name: callName(use), description: use.name })),
  ];
  const [name = '', ...aliases] = new Set(labels.map((one) => one.name));
  return {
    port: Math.floor(key / TRANSPORT_PROTOCOLS.length),
    protocol: TRANSPORT_PROTOCOLS[key % TRANSPORT_PROTOCOLS.length] ?? 'tcp',
    name,
    aliases,
    description: labels[0]?.description ?? null,
  };
}
