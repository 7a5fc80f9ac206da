import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runPortolan } from '../support/portolan-process.ts';

/** The commands that a help lists, but that for help itself. */
async function commandsOf(...path: string[]): Promise<string[][]> {
  const { code, stdout, stderr } = await runPortolan([...path, '--help']);
  assert.deepEqual([code, stderr], [0, '']);
  const [, list] = /^Commands:\n((?: {2}.*\n|\n(?= {2}))*)/m.exec(stdout) ?? [];
  if (list === undefined) return [path];
  const names = [...list.matchAll(/^ {2}(\w[\w-]*)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
  return (await Promise.all(names.map((name) => commandsOf(...path, name)))).flat();
}

describe('the help', async () => {
  const commands = await commandsOf();

  test('lists every command', () => {
    const words =
      'lookup,search,suggest,check,history,export,annotate,serve,seed,import,update,config,health,doctor,migrate,own import,own export,token create,token list,token revoke,backup,restore,completion';
    assert.deepEqual(commands.map((path) => path.join(' ')).sort(), words.split(',').sort());
  });

  for (const path of commands) {
    test(`of ${path.join(' ')} has examples of it`, async () => {
      const { stdout } = await runPortolan([...path, '--help']);
      const [, examples = ''] = /\n\nExamples?:\n([\s\S]*)$/.exec(stdout) ?? [];
      const lines = examples.trimEnd().split('\n');
      assert.ok(lines.length > 0);
      for (const line of lines) assert.match(line, /^ {2}(?:.* \| )?portolan /);
      assert.ok(lines.some((line) => line.includes(`portolan ${path.join(' ')}`)));
    });
  }
});
