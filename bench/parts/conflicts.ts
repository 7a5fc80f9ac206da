import assert from 'node:assert/strict';
import { ask } from '../ask.ts';
import type { Running } from '../child.ts';
import { portolan } from '../contenders/portolan.ts';
import { addOwnEntries } from '../larger-database.ts';
import { createEntry, createToken } from '../own-entries.ts';
import { drawPorts } from '../port-sequence.ts';
import type { BenchRequest } from '../requests.ts';
import { runRounds } from '../rounds.ts';
import { median } from '../statistics.ts';
import { withCopy } from '../workbench.ts';
import { plainRows } from './compare.ts';
import { type Part, withServer } from './part.ts';

/** The number of own entries, on ports that are drawn from all: some overlap, and most are on assigned ports. */
const ENTRIES = 1_000;

const NAME = 'GET /conflicts, 1,000 own entries';
const REQUEST: BenchRequest = { method: 'GET', path: '/conflicts', headers: {} };

/** Measures the first page of all conflicts: repeated, first after the start, and after each write. */
export const conflicts: Part = ({ options, workbench }) =>
  withCopy(workbench, async (database) => {
    addOwnEntries(database, drawPorts(ENTRIES, 1));
    const token = await createToken(database);
    const first: number[] = [];
    const afterWrite: number[] = [];
    for (const port of drawPorts(options.rounds, 2)) {
      await withServer(portolan(database), async (server) => {
        first.push(await timeRequest(server));
        await createEntry(server.url, token, port);
        afterWrite.push(await timeRequest(server));
      });
    }
    const repeated = await withServer(portolan(database), (server) =>
      runRounds([{ name: NAME, server, requests: [REQUEST] }], options),
    );
    return [
      ...plainRows(repeated),
      { what: `${NAME}: the first`, figure: median(first), unit: 'ms' },
      { what: `${NAME}: after a write`, figure: median(afterWrite), unit: 'ms' },
    ];
  });

/** Returns the time of a request in milliseconds. */
async function timeRequest({ url }: Running): Promise<number> {
  const start = performance.now();
  const { status, body } = await ask(url, REQUEST);
  const milliseconds = performance.now() - start;
  assert.equal(status, 200);
  const { count } = JSON.parse(body.toString('utf8')) as { count: number };
  assert.ok(count > ENTRIES / 2, `${count} conflicts`);
  return milliseconds;
}
