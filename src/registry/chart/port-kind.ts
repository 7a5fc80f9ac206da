import type { PortStates } from '../report/port-state.ts';
import { TRANSPORT_PROTOCOLS } from '../values/transport-protocol.ts';

/**
 * What the official rows make of a port over all its protocols. The place of a word is its number in the chart's bytes:
 * the order never changes.
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
/** One of them. */
export type OfficialKind = (typeof OFFICIAL_KINDS)[number];

/** What else is known of a port: a bit each in the chart's bytes. */
export const PORT_MARKS = {
  /** The team has an entry on it. */
  own: 0b0001_0000,
  /** Somebody uses it informally: the use is of that port or of a range of at most 256. */
  informal: 0b0010_0000,
  /** It lies in a wider range that somebody uses informally. */
  'wide-informal': 0b0100_0000,
  /** Browsers do not connect to it. */
  blocked: 0b1000_0000,
} as const;
/** One of them. */
export type PortMark = keyof typeof PORT_MARKS;

/** The bits in which the official kind stands. */
export const KIND_BITS = 0b0000_1111;

/** What one port is in a picture of all of them: the team's entry before what is official before what is informal. */
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
/** One of them. */
export type PortKind = (typeof PORT_KINDS)[number];

/** The official kinds that leave a port to whoever takes it. */
const FREE: readonly OfficialKind[] = ['unassigned', 'unlisted', 'dynamic'];

/**
 * Puts the states of a port's protocols into one word: the one that binds most counts.
 *
 * @param states - The states, as a port report has them.
 */
export function officialKind(states: PortStates): OfficialKind {
  const isTcp = states.tcp === 'assigned';
  const isUdp = states.udp === 'assigned';
  if (isTcp || isUdp) return isTcp && isUdp ? 'assigned-tcp-udp' : isTcp ? 'assigned-tcp' : 'assigned-udp';
  const all = TRANSPORT_PROTOCOLS.map((protocol) => states[protocol]);
  if (all.includes('assigned')) return 'assigned-other';
  return BINDING.find((state) => all.includes(state)) ?? 'unlisted';
}

const BINDING = ['recorded', 'reserved', 'deregistered', 'unassigned', 'dynamic'] as const;

/**
 * Tells what a port is from its byte of the chart.
 *
 * @param byte - The byte.
 */
export function portKind(byte: number): PortKind {
  if (byte & PORT_MARKS.own) return 'own';
  const official = OFFICIAL_KINDS[byte & KIND_BITS] ?? 'unlisted';
  return byte & PORT_MARKS.informal && FREE.includes(official) ? 'informal' : official;
}
