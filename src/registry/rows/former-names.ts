import type { PortSpan } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import type { Assignment } from './assignment.ts';

/** A name that a port had earlier. */
export interface FormerName extends PortSpan {
  readonly name: string;
  /** The transport protocol; null means all four. */
  readonly protocol: TransportProtocol | null;
}

/** IANA's wordings of former names. The length of a name is limited, so that no pattern takes quadratic time. */
const PATTERNS: readonly RegExp[] = [
  // (was sldap), [was netstat], (previous was: Delta Solutions Direct)
  /[[(](?:previous )?was:? ([^[\]()]{1,60})[\])]/gi,
  /\bformerly was ([^.;\n]{1,60})/gi,
  /\bpreviously assigned by IANA for "([^"]{1,60})"/gi,
  /\bhistoric usage was ([^.;\n]{1,60})/gi,
  // De-assigned on 2025-02-13, previously compressnet by [Bernie_Volz]
  /\bpreviously ([^\s"]{1,60}) by \[/gi,
  /\bpreviously assigned to ([^.;\n]{1,60}) but released/gi,
  // Port 126 Previously assigned to application below unitary 126/tcp
  /\bpreviously assigned to application below\s{1,9}([^\s/]{1,60})\s{1,9}\d/gi,
];

/** Words of which every text with a former name has one, in any case. A query selects rows by them. */
export const FORMER_NAME_WORDS = ['was', 'previously'] as const;

/**
 * Finds the former names of the ports of an official row, in its description and notes.
 *
 * @param row - The row.
 * @returns Each name once, verbatim.
 */
export function formerNames({ description, notes }: Pick<Assignment, 'description' | 'notes'>): string[] {
  const texts = [description, notes].filter((text) => text !== null);
  const found = texts.flatMap((text) => PATTERNS.flatMap((pattern) => [...text.matchAll(pattern)]));
  return [...new Set(found.map(([, name = '']) => name.trim()))];
}
