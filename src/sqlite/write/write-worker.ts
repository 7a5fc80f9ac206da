import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { refuseNode } from '../tables/shared-node.ts';
import { failedOutcome, type WriteJob, type WriteOutcome } from './write-job.ts';
import { WriterFile } from './writer-file.ts';

const file = new WriterFile(workerData);

function run({ number, method, values }: WriteJob): WriteOutcome {
  try {
    const { db, writes } = file.open();
    if (method !== 'recordTokenUse') refuseNode(db);
    const write = writes[method] as (...values: unknown[]) => unknown;
    return { number, value: write.apply(writes, [...values]) };
  } catch (error) {
    const outcome = failedOutcome(number, error);
    // The next write opens the file again: it may have been repaired or replaced.
    if ('refusal' in outcome && outcome.refusal.code === 'unavailable') file.close();
    return outcome;
  }
}

/** The pause between two writes in which other processes can take the lock, in milliseconds: a few of their retries. */
const GAP_MS = 2;

/**
 * Lets other processes take the write lock. A busy writer releases the lock only for microseconds, and SQLite retries every
 * 100 ms: a second server would wait until its busy timeout.
 */
function yieldLock(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, GAP_MS);
}

/** Runs the received jobs one after another; null ends the thread. */
function listen(port: MessagePort): void {
  port.on('message', (job: WriteJob | null) => {
    if (job !== null) {
      port.postMessage(run(job));
      file.emptyLog();
      yieldLock();
    } else {
      file.close();
      port.close();
    }
  });
}

if (parentPort !== null) listen(parentPort);
