import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { PROJECT, runPortolan } from '../support/portolan-process.ts';

/** The help text of each command. */
const helps = new Map<string, string>();

/** Returns the commands that a help text lists, except `help`. */
async function commandsOf(...path: string[]): Promise<string[][]> {
  const { code, stdout, stderr } = await runPortolan([...path, '--help']);
  assert.deepEqual([code, stderr], [0, '']);
  helps.set(path.join(' '), stdout);
  const [, list] = /^Commands:\n((?: {2}.*\n|\n(?= {2}))*)/m.exec(stdout) ?? [];
  if (list === undefined) return [path];
  const names = [...list.matchAll(/^ {2}(\w[\w-]*)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
  return (await Promise.all(names.map((name) => commandsOf(...path, name)))).flat();
}

describe('the help', async () => {
  const commands = await commandsOf();

  test('ends without an error if its reader has closed the pipe', async () => {
    const script = '"$0" bin/portolan.js serve --help | true';
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', script, process.execPath], { cwd: PROJECT });
    assert.deepEqual([stdout, stderr], ['', '']);
  });

  test('is not needed for the version, which is that of package.json', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.match(version, /^\d+\.\d+\.\d+$/);
    for (const flag of ['--version', '-V']) {
      assert.deepEqual(await runPortolan([flag]), { code: 0, stdout: `${version}\n`, stderr: '' });
    }
  });

  test('lists every command', () => {
    const words =
      'lookup,search,suggest,check,report,history,export,annotate,observe,mcp,serve,seed,import,update,config,health,doctor,migrate,own list,own reserve,own import,own sync,own adopt,own check,own approve,own export,token create,token list,token rotate,token revoke,audit verify,backup,restore,shared init,shared join,shared rejoin,shared leave,completion';
    assert.deepEqual(commands.map((path) => path.join(' ')).sort(), words.split(',').sort());
  });

  for (const path of commands) {
    test(`of ${path.join(' ')} has examples`, () => {
      const help = helps.get(path.join(' ')) ?? '';
      const [, examples = ''] = /\n\nExamples?:\n([\s\S]*)$/.exec(help) ?? [];
      const lines = examples.trimEnd().split('\n');
      assert.ok(lines.length > 0);
      for (const line of lines) assert.match(line, /^ {2}(?:.* \| )?portolan /);
      assert.ok(lines.some((line) => line.includes(`portolan ${path.join(' ')}`)));
    });
  }
});
