import { parsePortSpan } from '../values/port-query.ts';
import { formatSpan, type PortSpan } from '../values/port-range.ts';
import type { Reference } from '../values/reference.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import { compareServiceNames } from '../values/service-name.ts';

/** The ephemeral range of a system, as in port reports. */
export interface EphemeralSpan extends PortSpan {
  /** The system's key: lower-case letters and digits, such as `linux`. */
  readonly system: string;
  /** The system's display name. */
  readonly title: string;
  /** Lowest port number, 0-65535. */
  readonly firstPort: number;
  /** Highest port number, 0-65535. */
  readonly lastPort: number;
}

/** The ephemeral range of a version of an operating system: the ports that it gives to outgoing connections. */
export interface EphemeralRange extends EphemeralSpan {
  /** The versions of the system; null for all. */
  readonly version: string | null;
  /** True for the version in common use today. */
  readonly current: boolean;
  /** The command that shows the range of a host. */
  readonly howToRead: string | null;
  /** A command that changes the range, with example values that differ from the default. */
  readonly howToChange: string | null;
  readonly note: string | null;
  readonly source: Reference;
}

/** The system's key of the ranges in the setting EPHEMERAL_RANGES. */
export const OWN_SYSTEM = 'own';

/**
 * The systems that most hosts run, and the operator's own. Summaries and diagrams have only the ranges of these systems, and
 * `annotate` takes the ports in them for ports of clients.
 */
export const COMMON_SYSTEMS: readonly string[] = ['linux', 'windows', 'macos', OWN_SYSTEM];

/** The source of these ranges. */
const OWN_SOURCE = 'setting EPHEMERAL_RANGES';
const LONGEST_TITLE = 100;

/**
 * Parses the setting EPHEMERAL_RANGES: the ranges of the operator's hosts whose ranges are not the defaults.
 *
 * @param text - Such as `build hosts=15000-64000, db=9000-65500`; empty for no ranges.
 * @returns Ranges of the system `own`, in the order of the text.
 * @throws {RegistryError} `invalid_argument` at the first invalid range.
 */
export function parseOwnEphemeralRanges(text: string): EphemeralRange[] {
  if (text.trim() === '') return [];
  return text.split(',').map((item) => {
    const [written = '', span = '', ...more] = item.split('=');
    const title = item.includes('=') && more.length === 0 ? written.trim() : '';
    if (title === '' || title.length > LONGEST_TITLE || /\p{C}/u.test(title)) {
      throw new RegistryError(
        'invalid_argument',
        `Cannot parse ephemeral range ${quoteInput(item.trim())}: expected a title of up to ${LONGEST_TITLE} characters and its ports, such as build hosts=15000-64000`,
      );
    }
    const range = { system: OWN_SYSTEM, title, version: null, current: true, ...parsePortSpan(span, 'ports') };
    return { ...range, howToRead: null, howToChange: null, note: null, source: { title: OWN_SOURCE, url: null } };
  });
}

/**
 * Adds own ranges to those of the systems.
 *
 * @param ranges - The systems' ranges, by system, the current versions first.
 * @param own - The ranges of the system `own`.
 * @returns All ranges, by system.
 */
export function withOwnRanges(ranges: readonly EphemeralRange[], own: readonly EphemeralRange[]): EphemeralRange[] {
  return [...ranges, ...own].sort((a, b) => compareServiceNames(a.system, b.system));
}

/**
 * Compares two ranges of one port: by title, system, first port and last port.
 *
 * @param a - One range.
 * @param b - The other.
 */
export function compareEphemeralSpans(a: EphemeralSpan, b: EphemeralSpan): number {
  return (
    compareServiceNames(a.title, b.title) ||
    compareServiceNames(a.system, b.system) ||
    a.firstPort - b.firstPort ||
    a.lastPort - b.lastPort
  );
}

/**
 * Merges ranges of the same ports into one, with the titles of all.
 *
 * @param ranges - The ranges.
 * @returns One range for each interval, in the order of its first range.
 */
export function mergeEqualRanges(ranges: readonly EphemeralRange[]): EphemeralSpan[] {
  return [...Map.groupBy(ranges, formatSpan).values()].flatMap((same) => {
    const [range] = same;
    return range === undefined ? [] : [{ ...range, title: [...new Set(same.map(({ title }) => title))].join(', ') }];
  });
}
