import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startInProcess } from './listen.ts';
import { type Outcome, runPortolan } from './portolan-process.ts';
import { putSeededDatabase } from './seeded-database.ts';
import { makeFolder, removeFolder } from './temporary-folder.ts';

/** The arguments of a command, the URL path with the same answer, and the exit code. */
export type ComparedCommand = readonly [words: string, address: string, code: number];

const FORMATS = { '': 'text', '--json': 'json', '--csv': 'csv' } as const;

/**
 * Starts a server with a base path before the tests of a suite, and stops it after them.
 *
 * @returns A function that runs a command on the server's database, and the server's URL once it is ready.
 */
export function useCommandComparison() {
  const folder = makeFolder();
  const DATABASE = join(folder, 'portolan.db');
  const server = { url: '' };
  const ends: (() => Promise<void>)[] = [];
  before(async () => {
    await putSeededDatabase(DATABASE);
    const suite = { after: (end: () => Promise<void>) => ends.push(end) };
    server.url = (await startInProcess(suite, { DATABASE, BASE_PATH: '/ports-api' })).url;
  });
  after(async () => {
    await Promise.all(ends.map((end) => end()));
    removeFolder(folder);
  });
  const runCommand = (...args: string[]): Promise<Outcome> => runPortolan(args, { environment: { DATABASE } });
  return { runCommand, server };
}

/**
 * Declares tests that commands print exactly what the server answers, both from a server and from the database. Their output is no
 * terminal, so that texts are wide.
 *
 * @param commands - The commands; their forms change from one to the next.
 * @param use - What `useCommandComparison` returned.
 */
export function testComparedCommands(
  commands: readonly ComparedCommand[],
  { runCommand, server }: ReturnType<typeof useCommandComparison>,
): void {
  for (const [index, [words, address, code]] of commands.entries()) {
    const [flag, format] = Object.entries(FORMATS)[index % 3] as [string, string];
    const args = [...words.split(' '), ...(flag === '' ? [] : [flag])];
    test(args.join(' '), async () => {
      const url = `${server.url}${address}${address.includes('?') ? '&' : '?'}format=${format}${format === 'text' ? '&wide=true' : ''}`;
      const remote = await (await fetch(url)).text();
      const fromServer = await runCommand(...args, '--server', server.url);
      assert.deepEqual(fromServer, { code, stdout: remote, stderr: '' });
      // The server's links to other pages begin with its base path.
      const expected = remote.replaceAll('"/ports-api/', '"/');
      assert.deepEqual(await runCommand(...args), { code, stdout: expected, stderr: '' });
    });
  }
}
