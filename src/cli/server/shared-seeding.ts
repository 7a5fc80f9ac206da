import type { Worker } from 'node:worker_threads';
import type { Config } from '../../config/settings.ts';
import type { Logger } from '../../log.ts';
import { resultOf, type Schedule, startWorker } from './update-schedule.ts';

/** The time between two attempts while the shared register cannot be used, in milliseconds. */
const RETRY_MS = 30_000;

/**
 * Brings the bundled lists of this version into the shared register, if the register has those of an older version. Runs in a
 * thread, and again until it succeeds.
 *
 * @param config - The settings.
 * @param log - The log.
 */
export function seedShared(config: Config, log: Logger): Schedule {
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const run = async (): Promise<void> => {
    worker = startWorker({ source: config, update: null });
    const result = await resultOf(worker);
    worker = undefined;
    if (isStopped) return;
    if ('updated' in result) {
      if (result.updated.changed) log.info(result.updated.sentence);
      return;
    }
    // The thread that follows the register logs the reason.
    const fault = 'crash' in result ? result.crash : 'failure' in result ? result.failure : null;
    if (fault !== null) log.error({ err: fault }, 'the bundled lists could not be shared');
    timer = setTimeout(() => void run(), RETRY_MS);
  };
  void run();
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await worker?.terminate();
    },
  };
}
