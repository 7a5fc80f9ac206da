import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { PROJECT, runPortolan } from '../support/portolan-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Puts `portolan` on the path, and what a shell completes it by into a file. */
async function install(t: TestContext, shell: string): Promise<{ readonly folder: string; readonly script: string }> {
  const folder = temporaryFolder(t);
  const program = join(folder, 'portolan');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${PROJECT}/bin/portolan.js" "$@"\n`);
  chmodSync(program, 0o755);
  const { code, stdout, stderr } = await runPortolan(['completion', shell]);
  assert.deepEqual([code, stderr], [0, '']);
  const script = join(folder, shell);
  writeFileSync(script, stdout);
  return { folder, script };
}

function run(shell: string, folder: string, commands: string): string {
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, HOME: folder };
  return execFileSync(shell, ['-c', commands], { cwd: folder, env, encoding: 'utf8' });
}

describe('bash completes', () => {
  for (const [words, expected] of [
    ['portolan sugg', ['suggest']],
    ['portolan export nmap', ['nmap-services']],
    ['portolan search --protocol sc', ['sctp']],
    ['portolan suggest --with', ['--within']],
    ['portolan own imp', ['import']],
  ] as const) {
    test(words, async (t) => {
      const { folder, script } = await install(t, 'bash');
      const given = words.split(' ');
      const output = run(
        'bash',
        folder,
        `. /usr/share/bash-completion/bash_completion; . ${script}
COMP_LINE='${words}'; COMP_POINT=\${#COMP_LINE}; COMP_WORDS=(${words}); COMP_CWORD=${given.length - 1}
__portolan_complete; printf '%s\\n' "\${COMPREPLY[@]}"`,
      );
      assert.deepEqual(
        output
          .trimEnd()
          .split('\n')
          .map((line) => line.trim()),
        expected,
      );
    });
  }
});

test('zsh accepts the script', async (t) => {
  const { folder, script } = await install(t, 'zsh');
  const output = run('zsh', folder, `autoload -U compinit && compinit -u && . ${script} && print $_comps[portolan]`);
  assert.equal(output, '_portolan\n');
});
