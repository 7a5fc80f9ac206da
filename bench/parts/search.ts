import assert from 'node:assert/strict';
import { ask } from '../ask.ts';
import type { Running } from '../child.ts';
import { portolan } from '../contenders/portolan.ts';
import { GOALS } from '../goals.ts';
import type { BenchRequest } from '../requests.ts';
import { runRounds } from '../rounds.ts';
import { searchTexts } from '../search-texts.ts';
import { plainRows } from './compare.ts';
import { type Part, withServer } from './part.ts';

/** Measures the first page of typical searches: names, prefixes of names, words of descriptions, ports. */
export const search: Part = ({ options, workbench }) =>
  withServer(portolan(workbench.database), async (server) => {
    await checkSearch(server);
    const requests = searchTexts(workbench.database).map(askSearch);
    const [row] = plainRows(await runRounds([{ name: 'GET /search?q={random}', server, requests }], options));
    assert.ok(row !== undefined);
    return [{ ...row, goal: GOALS.search }];
  });

/**
 * Returns the request for the first page of a search.
 *
 * @param text - The search text.
 */
export function askSearch(text: string): BenchRequest {
  return { method: 'GET', path: `/search?${new URLSearchParams({ q: text })}`, headers: {} };
}

/**
 * Checks the first result of searches for which it is known.
 *
 * @param server - The server.
 * @throws {AssertionError} When the first result is another one.
 */
export async function checkSearch({ url }: Running): Promise<void> {
  for (const [text, name, port] of [
    ['ssh', 'ssh', 22],
    ['eldim', 'eldim', 31337],
  ] as const) {
    const { status, body } = await ask(url, askSearch(text));
    const [first] = JSON.parse(body.toString('utf8')).results;
    assert.deepEqual({ status, name: first.name, port: first.port }, { status: 200, name, port });
  }
}
