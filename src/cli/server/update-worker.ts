import { parentPort, workerData } from 'node:worker_threads';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { type Updated, type UpdateOptions, update } from '../actions/update.ts';

/** The task of an update thread. */
export interface UpdateTask {
  readonly database: string;
  readonly place: string;
  readonly options: UpdateOptions;
}

/** The result of an update thread. Errors lose their class between threads, so that each kind has its own field. */
export type UpdateMessage =
  | { readonly updated: Updated }
  | { readonly refusal: string }
  | { readonly failure: unknown };

async function run({ database, place, options }: UpdateTask): Promise<UpdateMessage> {
  try {
    return { updated: await update(database, place, options) };
  } catch (error) {
    return error instanceof RegistryError ? { refusal: error.message } : { failure: error };
  }
}

if (parentPort !== null) parentPort.postMessage(await run(workerData));
