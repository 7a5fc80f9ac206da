import type { PortSpan } from './port-range.ts';
import type { Reference } from './reference.ts';

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
