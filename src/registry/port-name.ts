import { type Assignment, assignmentSpan, compareAssignments } from './assignment.ts';
import { type Association, compareAssociations } from './association.ts';
import { type PortSpan, spanWidth } from './port-range.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from './transport-protocol.ts';

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
  const named = assignments.filter((row) => row.serviceName !== null).sort(compareAssignments);
  const uses = associations.toSorted(compareAssociations);
  const labels = [
    ...named.map((row) =>
      label(row.serviceName, row.description, row.protocol === null ? [] : [row.protocol], assignmentSpan(row)),
    ),
    ...uses.map((use) => label(callName(use), use.name, use.protocols, use)),
  ];
  const found = new Map<number, Label[]>();
  for (const one of labels) for (const key of keysOf(one)) found.set(key, [...(found.get(key) ?? []), one]);
  return [...found].sort(([a], [b]) => a - b).map(([key, labels]) => toPortName(key, labels));
}

/** A blank or a `#` would end the name in the files of other tools. */
const ONE_WORD = /^[^\s#\p{Cc}]+$/u;

function callName({ id, name, origin }: Association): string {
  return origin === 'own' && ONE_WORD.test(name) ? name : id;
}

/** A name on a span of ports. */
interface Label {
  readonly name: string;
  readonly description: string | null;
  /** An empty list stands for all four. */
  readonly protocols: readonly TransportProtocol[];
  readonly span: PortSpan | null;
}

function label(
  name: string | null,
  description: string | null,
  protocols: readonly TransportProtocol[],
  span: PortSpan | null,
): Label {
  return { name: name ?? '', description, protocols, span };
}

/** Port and protocol in one number that sorts by both. */
function* keysOf({ protocols, span }: Label): Generator<number> {
  if (span === null || spanWidth(span) >= WIDEST_EXPANDED_RANGE) return;
  for (let port = span.firstPort; port <= span.lastPort; port++) {
    for (const protocol of protocols.length === 0 ? TRANSPORT_PROTOCOLS : protocols) {
      yield port * TRANSPORT_PROTOCOLS.length + TRANSPORT_PROTOCOLS.indexOf(protocol);
    }
  }
}

function toPortName(key: number, labels: readonly Label[]): PortName {
  const [name = '', ...aliases] = new Set(labels.map((one) => one.name));
  return {
    port: Math.floor(key / TRANSPORT_PROTOCOLS.length),
    protocol: TRANSPORT_PROTOCOLS[key % TRANSPORT_PROTOCOLS.length] ?? 'tcp',
    name,
    aliases,
    description: labels[0]?.description ?? null,
  };
}
