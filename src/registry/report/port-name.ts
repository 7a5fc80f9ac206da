import { compareAssignments, isRange } from '../rows/assignment.ts';
import { type Association, compareAssociations, isInUse, type Origin } from '../rows/association.ts';
import type { Prominence } from '../rows/prominence.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import { compareOrigins, type NamingRow, OWN_FIRST } from './preferred-origins.ts';

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
export function compareNames(preferred: readonly Origin[] = OWN_FIRST): (a: NamingRow, b: NamingRow) => number {
  const byOrigin = compareOrigins(preferred);
  return (a, b) =>
    byOrigin(a, b) ||
    Number(isRange(a)) - Number(isRange(b)) ||
    b.prominence - a.prominence ||
    compareWithinReport(a, b);
}

function compareWithinReport(a: NamingRow, b: NamingRow): number {
  if ('id' in a) return 'id' in b ? compareAssociations(a, b) : 1;
  return 'id' in b ? -1 : compareAssignments(a, b);
}

/**
 * Returns the name of a row: the service name, or the name of the use; empty for an official row without a name.
 *
 * @param row - An official row or a use.
 */
export function nameOf(row: NamingRow): string {
  return 'id' in row ? row.name : (row.serviceName ?? '');
}

/**
 * Returns whether a row can have the best name of a port: it has a name, and is neither a retired own entry nor historic malware.
 *
 * @param row - An official row or a use.
 */
export function canNamePort(row: NamingRow): boolean {
  if (!('id' in row)) return row.serviceName !== null;
  return row.origin === 'own' ? isInUse(row) : row.category !== 'malware';
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
