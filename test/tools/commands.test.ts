import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { bundledLists, DATA_FOLDER } from '../../src/cli/actions/bundled.ts';
import { blocksOf, commandsOf, PAGES } from '../support/documented-commands.ts';
import { type Machine, makeMachine, Shell } from '../support/documented-machine.ts';
import { PROJECT } from '../support/portolan-process.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

/**
 * Runs every command of README.md and of the pages in docs/, in their order, in a shell, with the oldest supported Node.
 * Absolute paths are below a temporary folder. git, npm, node, install and systemd-sysusers are real. Stubs replace sudo
 * (no change of account), systemctl and journalctl (systemd does not run here: the real systemctl enables units in the
 * folder, other commands only check that the unit exists), and docker (its arguments are compared with deploy/).
 */

let machine: Machine;
before(async () => {
  machine = await makeMachine(makeFolder());
});
after(() => {
  machine.mirror.close();
  removeFolder(machine.root);
});

/** Runs the commands of a page and compares their output with the documented output. */
async function follow(page: string, shell: Shell): Promise<void> {
  for (const { command, printed } of commandsOf(page)) {
    // curl --fail-with-body exits with 22 for a 4xx.
    const out = await shell.run(command, /"status":4\d\d/.test(printed ?? '') ? 22 : 0);
    if (printed === null) continue;
    const [beginning = '', rest] = printed.split('…\n');
    const output = out.endsWith('\n') ? out : `${out}\n`;
    assert.equal(rest === undefined ? output : output.slice(0, beginning.length), beginning, command);
  }
}

describe('the commands of', () => {
  // The first page creates the checkout for the commands of other pages; the second one installs the program.
  const [first, second] = ['docs/install-from-source.md', 'docs/systemd.md'] as const;
  const others = [second, ...PAGES.filter((page) => page !== first && page !== second)];

  test(first, async (t) => {
    const shell = new Shell(t, machine, join(machine.root, 'work'));
    assert.equal(await shell.run('node --version'), `${machine.nodeVersion}\n`);
    await follow(first, shell);
    assert.ok(existsSync(join(machine.checkout, 'var/portolan.db')));
    assert.equal(existsSync(join(machine.checkout, 'node_modules/typescript')), false);
    // The documented command for supervisors is that of `npm start`.
    const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
    assert.ok(readFileSync(join(PROJECT, first), 'utf8').includes(`\`${scripts.start.replace('exec ', '')}\``));
  });

  for (const page of others) {
    test(page, async (t) => {
      prepare();
      await follow(page, new Shell(t, machine));
    });
  }

  test('docs/container.md have the same options as deploy/compose.yaml', () => {
    const [build, run = '', compose] = readFileSync(join(machine.root, 'docker.log'), 'utf8').trimEnd().split('\n');
    const { portolan } = parse(readFileSync(join(PROJECT, 'deploy/compose.yaml'), 'utf8')).services;
    assert.equal(build, `build --file deploy/Dockerfile --tag ${portolan.image} .`);
    assert.equal(compose, 'compose --file deploy/compose.yaml up --build --detach');
    const expected = [
      `--publish ${portolan.ports[0]}`,
      `--volume portolan:${portolan.volumes[0].split(':')[1]}`.replace('/var/', `${machine.root}/var/`),
      '--read-only',
      '--tmpfs /tmp',
      `--cap-drop ${portolan.cap_drop[0]}`,
      `--security-opt ${portolan.security_opt[0].split(':')[0]}`,
    ];
    assert.equal(run, `run --detach --name portolan ${expected.join(' ')} ${portolan.image}`);
  });

  test('docs/systemd.md enable the installed units', () => {
    const enabled = globSync('etc/systemd/system/*.wants/*', { cwd: machine.root }).map((path) =>
      path.split('/').at(-1),
    );
    assert.deepEqual(enabled.sort(), ['portolan-backup.timer', 'portolan.service']);
    assert.match(readFileSync(join(machine.root, 'etc/passwd'), 'utf8'), /^portolan:/m);
    assert.equal(readFileSync(join(machine.root, 'etc/portolan/portolan.env'), 'utf8'), 'RATE_LIMIT=600\n');
  });
});

test('every code block has a known language, so that no command is skipped', () => {
  const kinds = PAGES.flatMap((page) => blocksOf(page).map(({ kind }) => kind));
  assert.deepEqual([...new Set(kinds)].sort(), [
    'console',
    'crontab',
    'ini',
    'json',
    'nginx',
    'sh',
    'sql',
    'text',
    'ts',
    'yaml',
  ]);
});

test('a failing command fails the test', async (t) => {
  const shell = new Shell(t, machine);
  await assert.rejects(shell.run('npm run -s portolan -- bakcup copy.db'), /unknown command 'bakcup'/);
});

/** Files that the pages expect. */
const GIVEN: Readonly<Record<string, string>> = {
  'flows.csv': 'src,dport\n10.0.0.1,443\n',
  'flows.ndjson': '{"destination":{"port":443}}\n',
  'portolan.yaml': '# portolan.yaml\nHOST: 0.0.0.0\n',
  'ports.csv': 'name,firstPort\nledger,9001\n',
  'ports.txt': '22/tcp\n60257 # what is it?\n',
};

/** Creates what the pages expect: files, the copy of an upgrade, and the database of the systemd units. */
function prepare(): void {
  const { root, checkout, environment } = machine;
  for (const [file, content] of Object.entries(GIVEN)) writeFileSync(join(checkout, file), content);
  copyFileSync(new URL(bundledLists().assignments.file, DATA_FOLDER), join(checkout, 'service-names-port-numbers.csv'));
  writeFileSync(join(root, 'etc/services'), 'billing\t9080/tcp\n');
  const portolan = (args: string[], DATABASE = join(checkout, 'var/portolan.db')): void => {
    const options = { cwd: checkout, env: { ...environment, DATABASE }, stdio: 'ignore' } as const;
    execFileSync('node', ['bin/portolan.js', ...args], options);
  };
  // Pages are independent of each other.
  for (const file of globSync('var/portolan.db{,-wal,-shm}', { cwd: checkout })) rmSync(join(checkout, file));
  portolan(['seed']);
  const copy = join(checkout, 'var/portolan.db.schema-7');
  if (!existsSync(copy)) portolan(['backup', copy]);
  // The databases of the systemd units and of the container.
  for (const name of ['portolan.db', 'container.db']) {
    const service = join(root, 'var/lib/portolan', name);
    if (!existsSync(service)) portolan(['seed'], service);
  }
}
