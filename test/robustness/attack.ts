/** The server under attack. */
export interface Target {
  /** The address of the server. */
  readonly url: string;
  /** The server's process. */
  readonly pid: number;
  /** The server's SQLite file. */
  readonly database: string;
  /** Aborted when the time is over or the server has ended; this closes all connections of the attack. */
  readonly signal: AbortSignal;
  /** Counts the answers. */
  readonly tally: Tally;
  /** Sentences about faults of the server that only the attack detects. */
  readonly faults: string[];
  /** The number of open files and sockets of the server before the attack. */
  readonly openFilesBefore: number;
}

/** An attack on a server by requests. */
export interface Attack {
  /** The behaviour of the clients. */
  readonly name: string;
  /** True if the clients mostly wait and the server needs at most half a core: the attack then runs beside others. */
  readonly isIdle?: boolean;
  /** Prepares the database before the server starts. */
  readonly prepare?: (database: string) => Promise<void>;
  /** The longest time that the attack takes, in seconds; 10 by default. */
  readonly seconds?: number;
  /** Statuses that answers may have besides 4xx and 503, such as 200 for a legitimate request; none by default. */
  readonly allowed?: readonly number[];
  /** The largest body of an answer, in bytes; unlimited by default. */
  readonly largestAnswer?: number;
  /** True when there may be no answer: no request is complete, or the clients disconnect without reading. */
  readonly isUnanswered?: boolean;
  /** Runs the attack until it is complete or the signal is aborted. */
  readonly run: (target: Target) => Promise<unknown>;
  /** Checks the server after all connections of the attack are closed. */
  readonly check?: (target: Target) => Promise<void>;
}

/** Counts the answers to an attack. */
export class Tally {
  /** The number of answers by status. */
  readonly statuses = new Map<number, number>();
  /** The number of connections that ended without an answer. */
  cut = 0;
  /** The largest body that `requestOnce` has read, in bytes. */
  largestAnswer = 0;

  /** Counts an answer. */
  add(status: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  /** Writes a line such as `413 × 20, 503 × 3, no answer × 1`. */
  toString(): string {
    const counts = [...this.statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status} × ${count}`);
    return [...counts, ...(this.cut > 0 ? [`no answer × ${this.cut}`] : [])].join(', ') || 'no answer';
  }
}
