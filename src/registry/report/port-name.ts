import { type Assignment, assignmentSpan, compareAssignments } from '../rows/assignment.ts';
import { type Association, compareAssociations } from '../rows/association.ts';
import { type PortSpan, spanWidth } from '../values/port-range.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';

/** The names of a port and protocol. */
export interface PortName {
  /** A port number, 0-65535. */
  readonly port: number;
  readonly protocol: TransportProtocol;
  /** The best name: that of the first named row in the port's report. */
  readonly name: string;
  /** The other names, in the order of the report. */
  readonly aliases: readonly string[];
  readonly description: string | null;
}

/** The widest range that is expanded to single ports, in ports. A wider one says too little about a single port. */
export const WIDEST_EXPANDED_RANGE = 256;

/**
 * Lists the names of all ports and protocols. Official names come before own and informal ones. The label of an own use
 * is its name if that is one word; the label of any other use is its id, as its name may contain blanks. Ranges of up
 * to 256 ports are expanded.
 *
 * @param assignments - Official rows, in any order.
 * @param associations - Own and informal uses, in any order.
 * @returns One entry for each port and protocol, by port, then tcp, udp, sctp, dccp.
 */
export function portNames(assignments: readonly Assignment[], associations: readonly Association[]): PortName[] {
  const found = new Map<number, NamingRows>();
  const at = (key: number): NamingRows => {
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

/** The rows with a name for a port and protocol. */
interface NamingRows {
  readonly assignments: Assignment[];
  readonly associations: Association[];
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

function toPortName(key: number, { assignments, associations }: NamingRows): PortName {
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
