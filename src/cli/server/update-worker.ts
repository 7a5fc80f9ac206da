import { parentPort, workerData } from 'node:worker_threads';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { shareBundled, type Updated, type UpdateOptions, update } from '../actions/update.ts';
import type { WriteSource } from '../actions/write-source.ts';

/** The task of an update thread. */
export interface UpdateTask {
  /** The settings of the database. */
  readonly source: WriteSource;
  /** The update; null brings the bundled lists of this version into a shared register. */
  readonly update: { readonly place: string; readonly options: UpdateOptions } | null;
}

/** The result of an update thread. Errors lose their class between threads, so that each kind has its own field. */
export type UpdateMessage =
  | { readonly updated: Updated }
  | { readonly refusal: string }
  | { readonly failure: unknown };

async function run({ source, update: task }: UpdateTask): Promise<UpdateMessage> {
  try {
    return { updated: await (task === null ? shareBundled(source) : update(source, task.place, task.options)) };
  } catch (error) {
    return error instanceof RegistryError ? { refusal: error.message } : { failure: error };
  }
}

if (parentPort !== null) parentPort.postMessage(await run(workerData));
