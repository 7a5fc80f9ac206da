import { parentPort, workerData } from 'node:worker_threads';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { type Updated, type UpdateOptions, update } from '../actions/update.ts';

/** What a thread that updates is told. */
export interface UpdateTask {
  readonly database: string;
  readonly place: string;
  readonly options: UpdateOptions;
}

/** What it says when it is done. Errors lose their class on the way between threads. */
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
