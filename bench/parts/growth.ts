import assert from 'node:assert/strict';
import { ask } from '../ask.ts';
import { portolan } from '../contenders/portolan.ts';
import { addOwnEntries, multiplyRows } from '../larger-database.ts';
import { shufflePorts } from '../port-sequence.ts';
import { askRest, type BenchRequest } from '../requests.ts';
import type { Row } from '../results.ts';
import { runRounds } from '../rounds.ts';
import { searchTexts } from '../search-texts.ts';
import { withCopy } from '../workbench.ts';
import { against, plainRows } from './compare.ts';
import { type Bench, type Part, withServers } from './part.ts';
import { askSearch, checkSearch } from './search.ts';

/** The factors of the rows; a database with the last one takes a minute to create. */
const TIMES = [10, 100] as const;

/** A port without an assignment, and the number of its own entries, all of which are in one response. */
const OWN_PORT = 60_257;
const OWN_ENTRIES = 1_000;

/** One request at a time: the latency of a request is measured, and a queue of slow requests would hide it. */
const CONNECTIONS = 1;

/** Measures search and lists with many times the rows, and a port with 1,000 own entries, against the bundled registry. */
export const growth: Part = async (bench) => {
  const rows: Row[] = [];
  const single = { ...bench, options: { ...bench.options, connections: CONNECTIONS } };
  for (const times of bench.options.quick ? TIMES.slice(0, 1) : TIMES) rows.push(...(await withRows(single, times)));
  return [...rows, ...(await withOwnEntries(single))];
};

function withRows({ options, workbench }: Bench, times: number): Promise<Row[]> {
  return withCopy(workbench, (database) => {
    multiplyRows(database, times);
    const requestsByName: Record<string, readonly BenchRequest[]> = {
      search: searchTexts(workbench.database).map(askSearch),
      'GET /assignments, first page': [get('/assignments')],
      'GET /assignments, far behind': [get('/assignments?offset=10000')],
      'GET /assignments?q=': searchTexts(workbench.database).map((text) => get(`/assignments?${filter(text)}`)),
      'GET /ports/{random}': shufflePorts().map((port) => askRest(port)),
    };
    return withServers([portolan(workbench.database), portolan(database)], async ([bundled, large]) => {
      assert.ok(bundled !== undefined && large !== undefined);
      await checkSearch(large);
      assert.equal(await count(large.url), times * (await count(bundled.url)));
      const runners = Object.entries(requestsByName).flatMap(([name, requests]) => [
        { name, server: bundled, requests },
        { name: `${name}, ×${times} rows`, server: large, requests },
      ]);
      const results = await runRounds(runners, options);
      return Object.keys(requestsByName).map((name) => against(results, `${name}, ×${times} rows`, name));
    });
  });
}

function withOwnEntries({ options, workbench }: Bench): Promise<Row[]> {
  return withCopy(workbench, (database) => {
    addOwnEntries(database, Array<number>(OWN_ENTRIES).fill(OWN_PORT));
    return withServers([portolan(database)], async ([server]) => {
      assert.ok(server !== undefined);
      const { body } = await ask(server.url, askRest(OWN_PORT));
      const { associations } = JSON.parse(body.toString('utf8')) as { associations: { origin: string }[] };
      assert.equal(associations.filter(({ origin }) => origin === 'own').length, OWN_ENTRIES);
      return plainRows(
        await runRounds([{ name: 'a port with 1,000 own entries', server, requests: [askRest(OWN_PORT)] }], options),
      );
    });
  });
}

async function count(url: string): Promise<number> {
  const { body } = await ask(url, get('/assignments?limit=1'));
  return (JSON.parse(body.toString('utf8')) as { count: number }).count;
}

function filter(q: string): string {
  return String(new URLSearchParams({ q }));
}

function get(path: string): BenchRequest {
  return { method: 'GET', path, headers: {} };
}
