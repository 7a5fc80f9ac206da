import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { PROJECT, runPortolan } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The timeout of a step of a shell, in milliseconds. */
const STEP_MS = 20_000;

/** The prompt of the shells: it shows that a shell reads keys. */
const PROMPT = 'READY>';

/** What a user types before Tab, and the arguments that the program gets. */
const LINES: readonly (readonly [typed: string, expected: readonly string[]])[] = [
  ['portolan sugg', ['suggest']],
  ['portolan export nmap', ['export', 'nmap-services']],
  ['portolan search --protocol sc', ['search', '--protocol', 'sctp']],
  ['portolan suggest --with', ['suggest', '--within']],
  ['portolan own imp', ['own', 'import']],
  ['portolan restore mon', ['restore', 'monday.db']],
  ['portolan own import team', ['own', 'import', 'team ports.csv']],
  ['portolan check mon', ['check', 'monday.db']],
  ['portolan seed --iana serv', ['seed', '--iana', 'service-names.csv']],
  ['portolan lookup mon', ['lookup', 'mon']],
];

/** Creates a folder with files, the completion script of a shell, and a program that writes its arguments to the file `seen`. */
async function install(t: TestContext, shell: string): Promise<string> {
  const folder = temporaryFolder(t);
  const program = join(folder, 'portolan');
  const complete = `exec "${process.execPath}" "${PROJECT}/bin/portolan.js" "$@"`;
  writeFileSync(program, `#!/bin/sh\nif [ "$1" = complete ]; then ${complete}; fi\nprintf '%s\\n' "$@" > seen\n`);
  chmodSync(program, 0o755);
  for (const name of ['monday.db', 'team ports.csv', 'service-names.csv']) writeFileSync(join(folder, name), '');
  const { code, stdout, stderr } = await runPortolan(['completion', shell]);
  assert.deepEqual([code, stderr], [0, '']);
  writeFileSync(join(folder, `completion.${shell}`), stdout);
  return folder;
}

function environmentOf(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${folder}:${process.env.PATH}`, HOME: folder, TERM: 'dumb' };
}

/**
 * Types lines into an interactive shell on a terminal, each with Tab and Enter.
 *
 * @param folder - The folder of `install`.
 * @param command - The command that starts the shell.
 * @param prepare - The lines before, without Tab.
 * @param typed - What is typed before Tab.
 * @returns What the shell printed for `prepare`, and the arguments that the program got for each line.
 */
async function type(folder: string, command: string, prepare: readonly string[], typed: readonly string[]) {
  const seen = join(folder, 'seen');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: folder,
    env: environmentOf(folder),
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  const waitFor = async (isReached: () => boolean) => {
    const end = Date.now() + STEP_MS;
    while (!isReached()) {
      if (Date.now() > end) throw new Error(`The shell did not go on after: ${output}`);
      await delay(20);
    }
  };
  const enter = async (keys: string) => {
    const from = output.length;
    child.stdin.write(keys);
    await waitFor(() => output.slice(from).includes(PROMPT));
  };
  try {
    await waitFor(() => /[#%$] /.test(output));
    // Quotes keep the prompt out of the echo of this line.
    await enter(`PS1='${PROMPT.slice(0, 2)}''${PROMPT.slice(2)}'\n`);
    for (const line of prepare) await enter(`${line}\n`);
    const printed = output;
    const args: string[][] = [];
    for (const keys of typed) {
      writeFileSync(seen, '');
      await enter(`${keys}\t\n`);
      args.push(readFileSync(seen, 'utf8').trimEnd().split('\n'));
    }
    return { printed, args };
  } finally {
    child.stdin.end('exit\n');
    child.kill();
    await once(child, 'close');
  }
}

/** The command of an interactive bash without the user's settings. */
const BASH = 'bash --noprofile --norc -i';

const typed = LINES.map(([line]) => line);
const expected = LINES.map(([, args]) => args);

describe('bash completes commands, flags, values and file names', () => {
  for (const [title, before] of [
    ['without the package bash-completion', []],
    ['with it', ['. /usr/share/bash-completion/bash_completion']],
    ['when the script is sourced twice', ['. ./completion.bash']],
  ] as const) {
    test(title, async (t) => {
      const folder = await install(t, 'bash');
      const prepare = [...before, '. ./completion.bash', 'echo $?'];
      const { printed, args } = await type(folder, BASH, prepare, typed);
      assert.doesNotMatch(printed, /readonly|not found|No such file/);
      assert.deepEqual(args, expected);
    });
  }

  test('and runs nothing that is typed', async (t) => {
    const folder = await install(t, 'bash');
    // Control-U deletes the line after Tab.
    const keys = 'portolan search "$(touch ran)" --protocol sc\t\x15';
    const { printed } = await type(folder, BASH, ['. ./completion.bash', keys], []);
    assert.match(printed, /--protocol sctp/);
    assert.equal(existsSync(join(folder, 'ran')), false);
  });
});

test('zsh completes commands, flags, values and file names from a file in fpath', async (t) => {
  const folder = await install(t, 'zsh');
  const prepare = ['fpath=($PWD $fpath)', 'mv completion.zsh _portolan', 'autoload -U compinit; compinit -u'];
  const { args } = await type(folder, 'zsh -f -i', prepare, typed);
  assert.deepEqual(args, expected);
});

test('fish completes commands, flags, values and file names', async (t) => {
  const folder = await install(t, 'fish');
  const completed = typed.map((line) => {
    const out = execFileSync('fish', ['-c', `source completion.fish; complete --do-complete '${line}'`], {
      cwd: folder,
      env: environmentOf(folder),
      encoding: 'utf8',
    });
    return out
      .trimEnd()
      .split('\n')
      .map((candidate) => candidate.split('\t')[0]);
  });
  // fish prints the candidates: none for the port.
  assert.deepEqual(completed, [...expected.slice(0, -1).map((args) => [args.at(-1)]), ['']]);
});
