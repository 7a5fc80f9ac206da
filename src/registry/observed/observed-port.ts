/** The observed use of a port: how many hosts listen on it. */
export interface ObservedPort {
  /** The number of hosts with a listening socket. */
  readonly hosts: number;
  /** The number of listening sockets. */
  readonly sockets: number;
  /** The number of sockets that have gone. */
  readonly gone: number;
  /** The names of the processes that listen, the most frequent first, at most `MOST_PROCESSES`. */
  readonly processes: readonly string[];
  /** The time of the last snapshot with a socket: UTC, ISO 8601 with milliseconds; null if none has been seen. */
  readonly lastSeen: string | null;
}

/** The most processes of an observed port. */
export const MOST_PROCESSES = 5;
