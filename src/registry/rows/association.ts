import type { PortSpan } from '../values/port-range.ts';
import { spanWidth } from '../values/port-range.ts';
import type { Reference } from '../values/reference.ts';
import { compareServiceNames } from '../values/service-name.ts';
import { compareTexts } from '../values/text-order.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';

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

/** What the ids of own entries begin with; no other row has such an id. */
export const OWN_ID_PREFIX = 'own-';

/**
 * Returns whether a text has the form of an own entry's id.
 *
 * @param text - Any text.
 */
export function isOwnId(text: string): boolean {
  return /^own-[0-9a-f]{12}$/.test(text);
}

/** What a team notes of its own entries; of informal uses nobody knows it. */
export interface OwnDetails {
  /** The team that answers for the use. */
  readonly owner: string | null;
  /** How to reach it, such as an address or a channel. */
  readonly contact: string | null;
  /** Where the use runs, such as `production`; null for everywhere. */
  readonly environment: string | null;
  /** A page about the use, http or https. */
  readonly link: string | null;
  /** Words by which the team sorts its entries. */
  readonly tags: readonly string[];
  /** How often the entry was written, from 1; null for an informal use. */
  readonly revision: number | null;
}

/** The details of an informal use. */
export const NO_OWN_DETAILS: OwnDetails = {
  owner: null,
  contact: null,
  environment: null,
  link: null,
  tags: [],
  revision: null,
};

/** An informal or own use of a port or a range: known, not assigned by IANA. */
export interface Association extends PortSpan, OwnDetails {
  /** The key of this row, in lower case, digits and hyphens. */
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

/** The fields of a use that give its place among the uses of one port. */
export type RankedUse = PortSpan & Pick<Association, 'id' | 'name' | 'origin'>;

/**
 * Orders the associations of one port: own first, then the narrowest range, then by name and by id, which no two share.
 *
 * @param a - One association.
 * @param b - The other.
 */
export function compareAssociations(a: RankedUse, b: RankedUse): number {
  return (
    Number(a.origin !== 'own') - Number(b.origin !== 'own') ||
    spanWidth(a) - spanWidth(b) ||
    compareServiceNames(a.name, b.name) ||
    compareTexts(a.id, b.id)
  );
}
