import type { EphemeralRange } from '../registry/rows/ephemeral-range.ts';
import { NOT_REACHED, type SharedStatus } from '../registry/shared-status.ts';
import { WriteThread } from '../sqlite/write/write-thread.ts';
import type { NodeReport } from './node-worker.ts';

/** The delay before a thread that has ended is started again, in milliseconds. */
const RESTART_MS = 1_000;

/** Receives the reason when the shared log cannot be used, and null when it can again. */
type Notify = (reason: string | null, position: number) => void;

/** The writes of a node of a shared register: a thread that writes through the log in PostgreSQL, and follows it. */
export class NodeThread extends WriteThread {
  #last: NodeReport = { position: 0, reason: NOT_REACHED };
  #isClosed = false;
  readonly #notify: Notify;
  /** The time since when the log cannot be used; null while it can. */
  #since: Date | null = new Date();
  /** The time of the last poll that found no missing row, in milliseconds of `performance.now`. */
  #syncedAt: number;

  /**
   * @param url - The address of PostgreSQL.
   * @param path - The SQLite file of the node.
   * @param ownRanges - The configured ephemeral ranges.
   * @param quarantineDays - The number of days in which a released port is not given again.
   * @param notify - Called when the shared log can no longer be used, and when it can be used again.
   */
  constructor(url: string, path: string, ownRanges: readonly EphemeralRange[], quarantineDays: number, notify: Notify) {
    super(path, ownRanges, quarantineDays, {
      url: new URL('./node-worker.ts', import.meta.url),
      data: { url },
      onMessage: (message) => this.#receive((message as { readonly report: NodeReport }).report),
      onEnd: () => this.#restart(),
    });
    this.#notify = notify;
    this.#syncedAt = performance.now();
    this.start();
  }

  /** Returns the state of this node. */
  status(): SharedStatus {
    const { position, reason } = this.#last;
    const lagSeconds = Math.round(performance.now() - this.#syncedAt) / 1000;
    return { position, connected: reason === null, since: this.#since?.toISOString() ?? null, reason, lagSeconds };
  }

  override async close(): Promise<void> {
    this.#isClosed = true;
    await super.close();
  }

  #receive(report: NodeReport): void {
    const { position, reason } = report;
    if (reason === null) {
      this.#syncedAt = performance.now();
      this.#since = null;
    } else this.#since ??= new Date();
    if (reason !== this.#last.reason) this.#notify(reason, position);
    this.#last = report;
  }

  #restart(): void {
    this.#receive({ ...this.#last, reason: 'The thread that follows the shared register has ended' });
    const timer = setTimeout(() => {
      if (!this.#isClosed) this.start();
    }, RESTART_MS);
    timer.unref();
  }
}
