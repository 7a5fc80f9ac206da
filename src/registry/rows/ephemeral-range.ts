import { parsePortSpan } from '../values/port-query.ts';
import type { PortSpan } from '../values/port-range.ts';
import type { Reference } from '../values/reference.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import { compareServiceNames } from '../values/service-name.ts';

/** Where a system lies in an ephemeral range, as a port report tells it. */
export interface EphemeralSpan extends PortSpan {
  /** The system's key: letters and digits only, such as `linux`. */
  readonly system: string;
  /** The system's name for people. */
  readonly title: string;
  /** Lowest port number, 0-65535. */
  readonly firstPort: number;
  /** Highest port number, 0-65535. */
  readonly lastPort: number;
}

/** The ports that a version of an operating system hands to outgoing connections. */
export interface EphemeralRange extends EphemeralSpan {
  /** Which versions of the system. */
  readonly version: string | null;
  /** True for the version that someone would run today. */
  readonly current: boolean;
  /** The command that shows the range in force. */
  readonly howToRead: string | null;
  /** The command that changes it. */
  readonly howToChange: string | null;
  readonly note: string | null;
  readonly source: Reference;
}

/** The system's key of the ranges that this installation's team has set. */
export const OWN_SYSTEM = 'own';

/** Who says so of the ranges that the team has set. */
const OWN_SOURCE = 'setting EPHEMERAL_RANGES';
const LONGEST_TITLE = 100;

/**
 * Reads the ephemeral ranges of the team's own hosts, whose systems hand out other ports than by default.
 *
 * @param text - `build hosts=15000-64000, db=9000-65500`; nothing for none.
 * @returns Ranges of the system `own`, in the order written.
 * @throws {RegistryError} `invalid_argument` at the first one that cannot be read.
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
 * Adds the team's own ranges to those of the systems.
 *
 * @param ranges - The systems' ranges, by system, the current versions first.
 * @param own - The team's.
 * @returns All of them, by system still.
 */
export function withOwnRanges(ranges: readonly EphemeralRange[], own: readonly EphemeralRange[]): EphemeralRange[] {
  return [...ranges, ...own].sort((a, b) => compareServiceNames(a.system, b.system));
}

/**
 * Orders the ranges of one port for a report: by title, then from the lowest port on.
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
