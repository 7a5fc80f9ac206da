import { type Program, type Running, startServer } from '../child.ts';
import { SERVER_CORE } from '../core.ts';
import type { Options } from '../options.ts';
import type { Row } from '../results.ts';
import type { Workbench } from '../workbench.ts';

/** The input of a part. */
export interface Bench {
  readonly options: Options;
  readonly workbench: Workbench;
}

/** Measures something and returns the rows of its results. */
export type Part = (bench: Bench) => Promise<Row[]>;

/**
 * Starts servers, and stops them after the work, also when it fails.
 *
 * @param programs - The servers.
 * @param work - Called with the running servers, in the same order.
 * @param core - The core of the servers.
 */
export async function withServers<T>(
  programs: readonly Program[],
  work: (servers: readonly Running[]) => Promise<T>,
  core: string = SERVER_CORE,
): Promise<T> {
  const servers: Running[] = [];
  try {
    for (const program of programs) servers.push(await startServer(program, core));
    return await work(servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/**
 * Starts one server, and stops it after the work, also when it fails.
 *
 * @param program - The server.
 * @param work - Called with the running server.
 * @param core - The core of the server.
 */
export function withServer<T>(
  program: Program,
  work: (server: Running) => Promise<T>,
  core: string = SERVER_CORE,
): Promise<T> {
  return withServers([program], ([server]) => work(server as Running), core);
}
