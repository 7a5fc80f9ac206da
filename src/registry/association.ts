import type { PortSpan } from './port-range.ts';
import { spanWidth } from './port-range.ts';
import type { Reference } from './reference.ts';
import { compareServiceNames } from './service-name.ts';
import type { TransportProtocol } from './transport-protocol.ts';

/** What kind of thing uses the port. */
export const CATEGORIES = [
  'vendor',
  'os',
  'database',
  'web-dev',
  'container',
  'messaging',
  'game',
  'media',
  'voip',
  'storage',
  'remote-access',
  'vpn',
  'malware',
  'iot-industrial',
  'p2p',
  'monitoring',
  'other',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** How sure an association is: its maker says so; widely seen; sources differ or none is good. */
export const CONFIDENCES = ['documented', 'observed', 'disputed'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Who says so: IANA, the bundled list of informal uses, or this installation's team. */
export const ORIGINS = ['iana', 'informal', 'own'] as const;
export type Origin = (typeof ORIGINS)[number];

/** An informal use of a port or a range: known, not assigned by IANA. */
export interface Association extends PortSpan {
  /** The key of this row, in small letters, digits and hyphens. */
  readonly id: string;
  readonly name: string;
  /** The product or team that uses the port. */
  readonly usedBy: string | null;
  /** Lowest port number, 0-65535. */
  readonly firstPort: number;
  /** Highest port number, the same for a single port. */
  readonly lastPort: number;
  /** At least one. */
  readonly protocols: readonly TransportProtocol[];
  readonly category: Category;
  readonly confidence: Confidence;
  readonly origin: 'informal' | 'own';
  readonly note: string | null;
  readonly sources: readonly Reference[];
}

/**
 * Orders the associations of one port: own first, then the narrowest range, then by name.
 *
 * @param a - One association.
 * @param b - The other.
 */
export function compareAssociations(a: Association, b: Association): number {
  return (
    Number(a.origin !== 'own') - Number(b.origin !== 'own') ||
    spanWidth(a) - spanWidth(b) ||
    compareServiceNames(a.name, b.name) ||
    (a.id < b.id ? -1 : Number(a.id > b.id))
  );
}
