import { type Program, type Running, startServer } from '../child.ts';
import type { Options } from '../options.ts';
import type { Row } from '../results.ts';
import type { Workbench } from '../workbench.ts';

/** What a part works with. */
export interface Bench {
  readonly options: Options;
  readonly workbench: Workbench;
}

/** Measures some things and gives a line for each. */
export type Part = (bench: Bench) => Promise<Row[]>;

/**
 * Starts servers, and ends them when the work is done or has failed.
 *
 * @param programs - What to start.
 * @param work - Is given the servers in the same order.
 */
export async function withServers<T>(
  programs: readonly Program[],
  work: (servers: readonly Running[]) => Promise<T>,
): Promise<T> {
  const servers: Running[] = [];
  try {
    for (const program of programs) servers.push(await startServer(program));
    return await work(servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/**
 * Starts one server, and ends it when the work is done or has failed.
 *
 * @param program - What to start.
 * @param work - Is given the server.
 */
export function withServer<T>(program: Program, work: (server: Running) => Promise<T>): Promise<T> {
  return withServers([program], ([server]) => work(server as Running));
}
