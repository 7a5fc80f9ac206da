import {
  day,
  longText,
  oneOf,
  port,
  protocolList,
  referenceList,
  shortText,
  webLink,
  wordList,
} from '../values/field-kinds.ts';
import type { PortSpan } from '../values/port-range.ts';
import { spanWidth } from '../values/port-range.ts';
import type { Reference } from '../values/reference.ts';
import { compareServiceNames } from '../values/service-name.ts';
import { compareTexts } from '../values/text-order.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import type { AssociationFields } from './association-field.ts';
import type { Prominence } from './prominence.ts';

/** The categories of uses. */
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

/**
 * How certain a use is: documented by its maker; widely observed; disputed, as sources differ or none is reliable. The most
 * certain first.
 */
export const CONFIDENCES = ['documented', 'observed', 'disputed'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** The words for each confidence in texts for people. */
export const CONFIDENCE_WORDS: Readonly<Record<Confidence, string>> = {
  documented: 'said by its maker',
  observed: 'widely seen',
  disputed: 'sources differ',
};

/** The origin of a row: IANA, the bundled list of informal uses, or the operators of this installation. */
export const ORIGINS = ['iana', 'informal', 'own'] as const;
export type Origin = (typeof ORIGINS)[number];

/** The statuses of own entries: not in use yet; in use; no longer in use. A retired entry stays in the list of own entries, but does not use its ports. */
export const ENTRY_STATUSES = ['planned', 'active', 'retired'] as const;
export type EntryStatus = (typeof ENTRY_STATUSES)[number];

/**
 * Returns whether an association is a use of its ports: any but a retired entry.
 *
 * @param association - The association.
 */
export function isInUse({ status }: { readonly status: EntryStatus }): boolean {
  return status !== 'retired';
}

/** The prefix of the ids of own entries. No other row's id begins with it. */
export const OWN_ID_PREFIX = 'own-';

/**
 * Returns whether a text has the form of an own entry's id.
 *
 * @param text - Any text.
 */
export function isOwnId(text: string): boolean {
  return /^own-[0-9a-f]{12}$/.test(text);
}

/** The longest name of an entry, a use, an owner, an environment or a pool, in characters. */
export const LONGEST_NAME = 100;

/** The most other names of an own entry: a line of services(5) may have dozens of aliases. */
const MOST_OTHER_NAMES = 100;

/** The most hosts of an own entry. */
export const MOST_HOSTS = 100;

/** The longest name of a host in DNS, in characters. */
const LONGEST_HOST = 253;

/** The fields that only own entries have. */
export interface OwnDetails {
  /** The team that is responsible for the use. */
  readonly owner: string | null;
  /** The contact of the owner, such as an address or a channel. */
  readonly contact: string | null;
  /** The environment of the use, such as `production`; null for all environments. */
  readonly environment: string | null;
  /** A page about the use, http or https. */
  readonly link: string | null;
  /** Words that group entries. */
  readonly tags: readonly string[];
  /** Further names of the use. */
  readonly otherNames: readonly string[];
  /** The business reason for the open port. */
  readonly justification: string | null;
  /** The token of the admin who approved the ports, protocols, hosts and justification; null if they are not approved. */
  readonly approvedBy: string | null;
  /** The time of the approval, ISO 8601 in UTC. */
  readonly approvedAt: string | null;
  /** The day until which somebody must review the entry, `YYYY-MM-DD`. */
  readonly reviewBy: string | null;
  /** The last day of the use, `YYYY-MM-DD`. A passed day makes the entry due for a review; it releases no port. */
  readonly expiresAt: string | null;
  /** `active` for an informal use. */
  readonly status: EntryStatus;
  /** The hosts on which the port is open: names, addresses or networks. */
  readonly hosts: readonly string[];
  /** The number of writes of the entry, from 1; null for an informal use. */
  readonly revision: number | null;
}

const OWN_DETAIL_FIELDS: AssociationFields<OwnDetails> = {
  owner: { kind: shortText(LONGEST_NAME), fallback: null, label: 'Owner', isSearched: true, isCsvColumn: true },
  contact: { kind: shortText(200), fallback: null, label: 'Contact', isSearched: true },
  environment: {
    kind: shortText(LONGEST_NAME),
    fallback: null,
    label: 'Environment',
    placeholder: 'everywhere',
    isSearched: true,
    isCsvColumn: true,
  },
  link: { kind: webLink, fallback: null, label: 'Link', isCsvColumn: true },
  tags: { kind: wordList('tags', 50), fallback: [], label: 'Tags', isSearched: true, isCsvColumn: true },
  otherNames: {
    kind: wordList('names', LONGEST_NAME, MOST_OTHER_NAMES),
    fallback: [],
    label: 'Other names',
    isSearched: true,
  },
  justification: { kind: longText(2_000), fallback: null, label: 'Justification', isSearched: true },
  approvedBy: { kind: null, fallback: null },
  approvedAt: { kind: null, fallback: null },
  reviewBy: { kind: day, fallback: null, label: 'Review by' },
  expiresAt: { kind: day, fallback: null, label: 'Expires' },
  status: { kind: oneOf(ENTRY_STATUSES), fallback: 'active', label: 'Status', isCsvColumn: true },
  hosts: { kind: wordList('hosts', LONGEST_HOST, MOST_HOSTS), fallback: [], label: 'Hosts', isSearched: true },
  revision: { kind: null, fallback: null },
};

/** The values of these fields for an informal use. */
export const NO_OWN_DETAILS = Object.fromEntries(
  Object.entries(OWN_DETAIL_FIELDS).map(([name, { fallback }]) => [name, fallback]),
) as unknown as OwnDetails;

/** An informal or own use of a port or a range, not assigned by IANA. */
export interface Association extends PortSpan, OwnDetails {
  /** The key of the row: lower-case letters, digits and hyphens. */
  readonly id: string;
  readonly name: string;
  /** The product or team that uses the port. */
  readonly usedBy: string | null;
  /** Lowest port number, 0-65535. */
  readonly firstPort: number;
  /** Highest port number, equal to `firstPort` for a single port. */
  readonly lastPort: number;
  /** At least one. */
  readonly protocols: readonly TransportProtocol[];
  readonly category: Category;
  readonly confidence: Confidence;
  /** 3 for own entries. */
  readonly prominence: Prominence;
  readonly origin: 'informal' | 'own';
  readonly note: string | null;
  readonly sources: readonly Reference[];
}

/** The fields of an association in the order of the API, from which SQL, JSON, CSV, forms, pages and queries are built. */
export const ASSOCIATION_FIELDS: AssociationFields<Association> = {
  id: { kind: null },
  name: { kind: shortText(LONGEST_NAME), label: 'Name' },
  usedBy: { kind: shortText(LONGEST_NAME), fallback: null, label: 'Used by', isSearched: true },
  firstPort: { kind: port, label: 'First port' },
  // Null turns a range into a single port.
  lastPort: { kind: port, fallback: null, label: 'Last port' },
  protocols: { kind: protocolList, fallback: ['tcp'], label: 'Protocol' },
  category: { kind: oneOf(CATEGORIES), fallback: 'other', label: 'Category', isSearched: true },
  confidence: { kind: oneOf(CONFIDENCES), fallback: 'documented', label: 'Confidence' },
  prominence: { kind: null },
  origin: { kind: null },
  note: { kind: longText(2_000), fallback: null, label: 'Note', isSearched: true },
  sources: { kind: referenceList, fallback: [], label: 'Sources' },
  ...OWN_DETAIL_FIELDS,
};

/** The names of the fields, in the order of the API. */
export const ASSOCIATION_FIELD_NAMES = Object.keys(ASSOCIATION_FIELDS) as readonly (keyof Association)[];

/**
 * Returns an association with its fields in the order of the API, which JSON keeps.
 *
 * @param values - The fields, in any order.
 */
export function inFieldOrder(values: Association): Association {
  return Object.fromEntries(ASSOCIATION_FIELD_NAMES.map((name) => [name, values[name]])) as unknown as Association;
}

/** The fields that decide the order of the uses of one port. */
export type RankedUse = PortSpan & Pick<Association, 'id' | 'name' | 'origin' | 'prominence' | 'confidence'>;

/**
 * Compares two uses of one port or of one name: own entries first; the exact port before a range; the higher prominence; the higher
 * confidence; the narrower range; name; the lower range; id, which is unique.
 *
 * @param a - One association.
 * @param b - The other.
 */
export function compareAssociations(a: RankedUse, b: RankedUse): number {
  return (
    Number(a.origin !== 'own') - Number(b.origin !== 'own') ||
    Number(spanWidth(a) > 0) - Number(spanWidth(b) > 0) ||
    b.prominence - a.prominence ||
    CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence) ||
    spanWidth(a) - spanWidth(b) ||
    compareServiceNames(a.name, b.name) ||
    a.firstPort - b.firstPort ||
    compareTexts(a.id, b.id)
  );
}
