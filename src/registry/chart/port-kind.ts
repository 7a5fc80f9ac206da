import type { PortStates } from '../report/port-state.ts';
import { TRANSPORT_PROTOCOLS } from '../values/transport-protocol.ts';

/**
 * The official kinds of ports, over all protocols. The index of a kind is its number in the chart's bytes, so the order
 * never changes.
 */
export const OFFICIAL_KINDS = [
  'dynamic',
  'unlisted',
  'unassigned',
  'deregistered',
  'reserved',
  'recorded',
  'assigned-other',
  'assigned-udp',
  'assigned-tcp',
  'assigned-tcp-udp',
] as const;
/** The official kind of a port. */
export type OfficialKind = (typeof OFFICIAL_KINDS)[number];

/** The marks of ports: one bit each in the chart's bytes. */
export const PORT_MARKS = {
  /** An own entry uses it. */
  own: 0b0001_0000,
  /** An informal use of the port, or of a range of at most 256 ports. */
  informal: 0b0010_0000,
  /** An informal use of a wider range. */
  'wide-informal': 0b0100_0000,
  /** Browsers do not connect to it. */
  blocked: 0b1000_0000,
} as const;
/** A mark of a port. */
export type PortMark = keyof typeof PORT_MARKS;

/** The bitmask of the official kind. */
export const KIND_BITS = 0b0000_1111;

/** The kinds of ports in a picture of all ports: own before official before informal. */
export const PORT_KINDS = [
  'own',
  'assigned-tcp-udp',
  'assigned-tcp',
  'assigned-udp',
  'assigned-other',
  'recorded',
  'reserved',
  'deregistered',
  'informal',
  'unassigned',
  'unlisted',
  'dynamic',
] as const satisfies readonly (OfficialKind | PortMark)[];
/** The kind of a port in the picture. */
export type PortKind = (typeof PORT_KINDS)[number];

/** The official kinds of ports that an informal use overrides. */
const FREE: readonly OfficialKind[] = ['unassigned', 'unlisted', 'dynamic'];

/**
 * Returns the official kind for the states of a port's protocols: the most binding state decides.
 *
 * @param states - The states of a port report.
 */
export function officialKind(states: PortStates): OfficialKind {
  const isTcp = states.tcp === 'assigned';
  const isUdp = states.udp === 'assigned';
  if (isTcp || isUdp) return isTcp && isUdp ? 'assigned-tcp-udp' : isTcp ? 'assigned-tcp' : 'assigned-udp';
  const all = TRANSPORT_PROTOCOLS.map((protocol) => states[protocol]);
  if (all.includes('assigned')) return 'assigned-other';
  return BINDING.find((state) => all.includes(state)) ?? 'unlisted';
}

/** The states other than `assigned`, the most binding first. */
const BINDING = ['recorded', 'reserved', 'deregistered', 'unassigned', 'dynamic'] as const;

/**
 * Returns the kind of a port from its byte of the chart.
 *
 * @param byte - The byte.
 */
export function portKind(byte: number): PortKind {
  if (byte & PORT_MARKS.own) return 'own';
  const official = OFFICIAL_KINDS[byte & KIND_BITS] ?? 'unlisted';
  return byte & PORT_MARKS.informal && FREE.includes(official) ? 'informal' : official;
}
