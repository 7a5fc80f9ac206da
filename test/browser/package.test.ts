import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.ts';
import { INHERITED, installOldestNode } from '../support/oldest-node.ts';
import { PACKAGE_CONTENT } from '../support/package-content.ts';
import { type Outcome, PROJECT } from '../support/portolan-process.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';
import { useChromium } from './chromium.ts';

/** The user of the installation: no rights on this machine. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const ACCOUNT = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** The longest time of the installation, in milliseconds. */
const INSTALL_MS = 300_000;

/** The largest installation: the space on disk in kB, and the number of packages. */
const MOST = { kilobytes: 107_000, packages: 222 };

const folder = makeFolder();
const [prefix, home, copy, release] = ['prefix', 'home', 'copy', 'release'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
  string,
];
const program = join(prefix, 'bin/portolan');
const installed = join(prefix, 'lib/node_modules/portolan');
/** The folders with the program `node`. */
const nodes = { current: join(folder, 'node'), oldest: join(folder, 'oldest/node_modules/.bin') };
const visit = useChromium();

before(async () => {
  chmodSync(folder, 0o755);
  for (const name of ['home', 'prefix', 'cache', 'node', 'oldest']) {
    mkdirSync(join(folder, name));
    if (isRoot) chownSync(join(folder, name), NOBODY, NOBODY);
  }
  // The user may have no access to the folder of the project.
  copyFileSync(process.execPath, join(nodes.current, 'node'));
  installOldestNode(join(folder, 'oldest'));
  bundle();
  const install = ['install', '--global', '--prefix', prefix, '--cache', join(folder, 'cache'), released('.tgz')];
  await promisify(execFile)('npm', install, {
    ...ACCOUNT,
    cwd: folder,
    env: { ...environmentOf('current'), npm_config_userconfig: npmSettings() },
    timeout: INSTALL_MS,
  });
});
after(() => removeFolder(folder));

/** Makes the package and the bundle in a copy of the project: packing writes files for a moment. */
function bundle(): void {
  const isCopied = (path: string) => !/^(?:node_modules|var|\.git)$/.test(relative(PROJECT, path));
  cpSync(PROJECT, copy, { recursive: true, filter: (path) => isCopied(path) && !path.endsWith('node_modules') });
  symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
  const files = globSync('**/*', { cwd: copy, exclude: ['node_modules/**'] });
  execFileSync('npm', ['run', '-s', 'bundle', '--', release], { cwd: copy, env: INHERITED, stdio: 'pipe' });
  assert.deepEqual(
    globSync('**/*', { cwd: copy, exclude: ['node_modules/**'] }),
    files,
    'packing leaves nothing behind',
  );
}

/** Returns the path of a file of the release. */
function released(ending: string): string {
  const [name] = globSync(`*${ending}`, { cwd: release });
  assert.ok(name !== undefined, ending);
  return join(release, name);
}

/** Copies the settings of npm, such as its registry, for the user who may not read them in place. */
function npmSettings(): string {
  const copy = join(folder, 'npmrc');
  const file = execFileSync('npm', ['config', 'get', 'userconfig'], { encoding: 'utf8' }).trim();
  if (existsSync(file)) copyFileSync(file, copy);
  if (existsSync(copy) && isRoot) chownSync(copy, NOBODY, NOBODY);
  return copy;
}

function environmentOf(node: keyof typeof nodes, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...INHERITED, PATH: `${nodes[node]}:${INHERITED.PATH}`, HOME: home, ...more };
}

/** Starts the installed program as the user without rights. */
function start(node: keyof typeof nodes, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  return spawn(program, args, { ...ACCOUNT, cwd: home, env: environmentOf(node, more) });
}

async function run(node: keyof typeof nodes, args: readonly string[], more?: Readonly<Record<string, string>>) {
  return outcomeOf(start(node, args, more));
}

async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** Starts the installed server, and returns its URL. */
async function serve(t: TestContext, node: keyof typeof nodes): Promise<string> {
  const port = await freePort();
  const child = start(node, ['serve'], { PORT: port });
  t.after(async () => {
    child.kill();
    await once(child, 'close');
  });
  for await (const line of child.stdout) if (String(line).includes('Portolan answers on')) break;
  child.stdout.resume();
  return `http://127.0.0.1:${port}`;
}

// biome-ignore lint/suspicious/noExplicitAny: the assertions name the fields.
async function getJson(url: string): Promise<any> {
  return (await fetch(url)).json();
}

describe('the npm package', () => {
  test('installs few packages, of which none has an install script except a check of versions', () => {
    const kilobytes = Number(/^\d+/.exec(execFileSync('du', ['-sk', prefix], { encoding: 'utf8' }))?.[0]);
    assert.ok(kilobytes < MOST.kilobytes, `${kilobytes} kB`);
    const manifests = globSync('**/node_modules/{*,@*/*}/package.json', { cwd: installed });
    const packages = manifests.map((file) => JSON.parse(readFileSync(join(installed, file), 'utf8')));
    assert.ok(packages.length > 100 && packages.length <= MOST.packages, `${packages.length} packages`);
    const withScripts = packages.filter(({ scripts = {} }) =>
      ['preinstall', 'install', 'postinstall'].some((name) => name in scripts),
    );
    assert.deepEqual(
      withScripts.map(({ name }) => name),
      ['@apollo/protobufjs'],
    );
    assert.deepEqual(
      packages.filter(({ name }) => /scarf|graphiql|swagger|^react/.test(name)),
      [],
    );
  });

  test('has what it needs, and neither tests nor benchmarks nor sources', () => {
    const names = globSync('*', { cwd: installed }).sort();
    assert.deepEqual(names, PACKAGE_CONTENT);
    assert.deepEqual(globSync('{bin,data,deploy,dist,docs,schema}/**/*.ts', { cwd: installed }), []);
    for (const name of ['graphiql', 'react', 'react-dom', 'swagger-ui-dist']) {
      assert.ok(existsSync(join(installed, 'dist/web/explorers', name, 'LICENSE')), name);
    }
  });

  test('keeps the positions of the source', () => {
    for (const file of globSync('**/*.ts', { cwd: join(PROJECT, 'src') })) {
      const source = readFileSync(join(PROJECT, 'src', file), 'utf8');
      const script = readFileSync(join(installed, 'dist', file.replace(/\.ts$/, '.js')), 'utf8');
      assert.equal(script.length, source.length, file);
      assert.equal(script.split('\n').length, source.split('\n').length, file);
      assert.doesNotMatch(script, /^import .*\.ts'/m, file);
    }
  });

  for (const node of ['current', 'oldest'] as const) {
    test(`answers from the bundled data on the ${node} Node, and writes nothing`, async () => {
      const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
      assert.deepEqual(await run(node, ['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
      const lookup = await run(node, ['60257']);
      assert.deepEqual([lookup.code, lookup.stderr], [0, '']);
      assert.match(lookup.stdout, /^60257 {2}dynamic {2}no official assignment\n.*Xsan Filesystem Access/);
      assert.match((await run(node, ['search', 'postgress'])).stdout, /^5432 .*postgresql/m);
      assert.equal((await run(node, ['check', '443'])).code, 1);
      const findings = (await run(node, ['doctor'], { PORT: '0' })).stdout;
      const path = join(home, '.local/share/portolan/portolan.db');
      assert.match(findings, new RegExp(`the path is "${path}", from the default, because DATABASE is not set`));
      assert.match(findings, /there is no file yet; lookups answer from the bundled data; portolan seed creates it/);
      assert.deepEqual(await run(node, ['22'], { DATABASE: join(home, 'none.db') }), {
        code: 1,
        stdout: '',
        stderr: `portolan: Setting DATABASE: there is no file "${join(home, 'none.db')}"; "portolan seed" creates it\n`,
      });
      assert.deepEqual(globSync('**/*', { cwd: home, exclude: ['**/.npm', '**/.cache'] }), []);
    });
  }

  test('answers by npx, without an installation', async () => {
    const npx = [
      '--yes',
      '--prefer-offline',
      '--cache',
      join(folder, 'cache'),
      relative(home, released('.tgz')),
      '60257',
    ];
    const child = spawn('npx', npx, {
      ...ACCOUNT,
      cwd: home,
      env: environmentOf('oldest', { npm_config_userconfig: npmSettings() }),
      timeout: INSTALL_MS,
    });
    const { code, stdout, stderr } = await outcomeOf(child);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, (await run('current', ['60257'])).stdout);
  });

  for (const node of ['current', 'oldest'] as const) {
    test(`serves on the ${node} Node: REST, GraphQL, pages, and writes with a token`, async (t) => {
      const url = await serve(t, node);
      assert.equal((await getJson(`${url}/ports/22`)).assignments[0].serviceName, 'ssh');
      const graphql = await getJson(`${url}/graphql?query={port(number:22){assignments{serviceName}}}`);
      assert.equal(graphql.data.port.assignments[0].serviceName, 'ssh');
      const page = await fetch(`${url}/ports/8080`, { headers: { Accept: 'text/html' } });
      assert.match(await page.text(), /http-alt/);
      const token = await run(node, ['token', 'create', '--name', node, '--scope', 'write']);
      const written = await fetch(`${url}/associations`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token.stdout.trim()}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: `${node} api`, firstPort: node === 'current' ? 4364 : 4365 }),
      });
      assert.equal(written.status, 201);
      writeFileSync(
        join(home, 'ports.csv'),
        `name,firstPort\nimported by ${node},${node === 'current' ? 4366 : 4367}\n`,
      );
      assert.equal((await run(node, ['own', 'import', 'ports.csv'])).code, 0);
      assert.match((await run(node, ['own', 'export'])).stdout, new RegExp(`imported by ${node}`));
      const backup = await run(node, ['backup', `${node}.db`]);
      assert.deepEqual([backup.code, backup.stderr, existsSync(join(home, `${node}.db`))], [0, '', true]);
      assert.ok(existsSync(join(home, '.local/share/portolan/portolan.db')));
    });
  }

  test('serves /docs and /graphql, which load nothing from elsewhere', async (t) => {
    const url = await serve(t, 'current');
    const docs = await visit(`${url}/docs`);
    await docs.page.getByText('/ports/{port}', { exact: true }).first().waitFor();
    docs.assertClean();
    const explorer = await visit(`${url}/graphql`);
    await explorer.page.locator('.graphiql-query-editor').waitFor();
    explorer.assertClean();
  });
});

describe('the bundle', () => {
  const unpacked = () => join(folder, 'unpacked');
  before(() => {
    mkdirSync(unpacked());
    execFileSync('tar', ['-xzf', released('-bundle.tar.gz'), '-C', unpacked(), '--strip-components=1']);
  });

  test('has checksums, and is small', () => {
    assert.match(
      execFileSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: release, encoding: 'utf8' }),
      /^(?:.*: OK\n){3}$/,
    );
    assert.ok(statSync(released('-bundle.tar.gz')).size < 35_000_000);
  });

  test('has the tested versions', () => {
    const { packages: locked } = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8'));
    const files = globSync('node_modules/{*,@*/*}/package.json', { cwd: unpacked() });
    assert.ok(files.length > 100);
    for (const file of files) {
      const { version } = JSON.parse(readFileSync(join(unpacked(), file), 'utf8'));
      assert.equal(version, locked[dirname(file)]?.version, file);
    }
  });

  test('lists all parts with their licences', () => {
    const { components } = JSON.parse(readFileSync(released('.cdx.json'), 'utf8'));
    const listed = new Set(components.map(({ name, version }: Record<string, string>) => `${name} ${version}`));
    const licences = readFileSync(join(unpacked(), 'LICENSES'), 'utf8');
    for (const file of globSync('{node_modules/{*,@*/*},dist/web/explorers/*}/package.json', { cwd: unpacked() })) {
      const { name, version } = JSON.parse(readFileSync(join(unpacked(), file), 'utf8'));
      assert.ok(listed.has(`${name} ${version}`), name);
      assert.match(licences, new RegExp(`^${name} ${version}: \\S`, 'm'));
    }
  });

  test('answers without a network', () => {
    const namespaces = isRoot ? ['--net'] : ['--user', '--map-root-user', '--net'];
    const options = { cwd: home, env: environmentOf('oldest'), encoding: 'utf8' } as const;
    const out = execFileSync('unshare', [...namespaces, join(unpacked(), 'bin/portolan.js'), '60257'], options);
    assert.match(out, /Xsan Filesystem Access/);
  });
});
