import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { answerHere } from './listen.ts';
import { type Outcome, runPortolan } from './portolan-process.ts';
import { putSeededDatabase } from './seeded-database.ts';
import { makeFolder, removeFolder } from './temporary-folder.ts';

/** The words of a command, the address that answers the same, and the exit code. */
export type ComparedAsk = readonly [words: string, address: string, code: number];

const FORMS = { '': 'text', '--json': 'json', '--csv': 'csv' } as const;

/**
 * Starts a server below a path before the tests of a suite, and stops it after them.
 *
 * @returns The command over the server's database, and the server's address once it answers.
 */
export function useAsks() {
  const folder = makeFolder();
  const DATABASE = join(folder, 'portolan.db');
  const started = { url: '' };
  const ends: (() => Promise<void>)[] = [];
  before(async () => {
    await putSeededDatabase(DATABASE);
    const suite = { after: (end: () => Promise<void>) => ends.push(end) };
    started.url = (await answerHere(suite, { DATABASE, BASE_PATH: '/ports-api' })).url;
  });
  after(async () => {
    await Promise.all(ends.map((end) => end()));
    removeFolder(folder);
  });
  const ask = (...args: string[]): Promise<Outcome> => runPortolan(args, { environment: { DATABASE } });
  return { ask, started };
}

/**
 * Declares the tests that commands print byte for byte what their addresses answer, from a server and from the database.
 *
 * @param asks - The commands; their forms change from one to the next.
 * @param use - What `useAsks` returned.
 */
export function testAsks(asks: readonly ComparedAsk[], { ask, started }: ReturnType<typeof useAsks>): void {
  for (const [index, [words, address, code]] of asks.entries()) {
    const [flag, format] = Object.entries(FORMS)[index % 3] as [string, string];
    const args = [...words.split(' '), ...(flag === '' ? [] : [flag])];
    test(args.join(' '), async () => {
      const url = `${started.url}${address}${address.includes('?') ? '&' : '?'}format=${format}`;
      const remote = await (await fetch(url)).text();
      const fromServer = await ask(...args, '--server', started.url);
      assert.deepEqual(fromServer, { code, stdout: remote, stderr: '' });
      // Links to other pages begin with the path of the server.
      const expected = remote.replaceAll('"/ports-api/', '"/');
      assert.deepEqual(await ask(...args), { code, stdout: expected, stderr: '' });
    });
  }
}
