import type { Connection } from '../sqlite/file/database.ts';
import { Decider } from '../sqlite/replay/decide.ts';
import { ObservedReplay } from '../sqlite/replay/observed-replay.ts';
import { Replay } from '../sqlite/replay/replay.ts';
import type { OwnWrites } from '../sqlite/write/own-writes.ts';
import { WriterFile } from '../sqlite/write/writer-file.ts';

/** The open SQLite file of a node. */
export interface OpenNode {
  readonly db: Connection;
  readonly writes: OwnWrites;
  /** Decides writes. */
  readonly decider: Decider;
  /** Applies rows of the log. */
  readonly replay: Replay;
  /** Applies the snapshots of hosts. */
  readonly observed: ObservedReplay;
}

/** The SQLite file of a node. It is opened when it is needed, and again after it was replaced. */
export class NodeFile extends WriterFile {
  #open: OpenNode | undefined;

  override open(): OpenNode {
    const { db, writes } = super.open();
    if (this.#open?.db !== db) {
      this.#open = { db, writes, decider: new Decider(db), replay: new Replay(db), observed: new ObservedReplay(db) };
    }
    return this.#open;
  }
}
