import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { withDatabase } from '../../src/cli/actions/prepare.ts';
import { parsePool } from '../../src/registry/advice/pool.ts';
import { parseOwnEntry } from '../../src/registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../src/registry/own/token.ts';
import { OwnWrites } from '../../src/sqlite/write/own-writes.ts';
import { startHttp } from '../support/http-server.ts';
import { startInProcess } from '../support/listen.ts';
import { type Outcome, PROJECT, runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

const folder = makeFolder();
const DATABASE = join(folder, 'portolan.db');

/** The files that the tests check. Ports 20007-20009 and 20016-20030 have no use, except where tests create one. */
const FILES: Readonly<Record<string, string>> = {
  'compose.yaml': `services:
  web:
    image: nginx:1.27
    ports:
      - "127.0.0.1:20007:80"
      - "\${ADMIN_PORT:-20008}:9000"
      - "[::1]:20009:80"
  db:
    image: registry.example.org/library/postgres:16
    ports: ["\${DB_PORT}:5432"]
`,
  '.env': 'DB_PORT=5432\nOTHER_PORT=20019\n',
  'conflicts/compose.yaml': `services:
  web:
    ports: ["20007:80", "20016:80/udp", "20020-20024:80"]
  api:
    ports:
      - target: 80
        published: "20007"
        host_ip: 127.0.0.1
      - "[::1]:20007:80"
      - "20016:80/tcp"
  worker:
    ports: ["20023:80", "\${MISSING}:80"]
`,
  'conflicts/compose.override.yaml': 'services:\n  web:\n    ports: ["20007:80"]\n',
  'other/compose.yaml': 'services:\n  web:\n    ports: ["20024:80"]\n',
  'k8s.yaml': `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  ports: [{port: 80, nodePort: 30090}]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  template:
    spec:
      containers:
        - name: agent
          ports: [{containerPort: 80, hostPort: 30090}]
`,
  'nodes.yaml': [
    ['zone-a', 'nodeSelector: {zone: a, disk: ssd}'],
    ['zone-b', 'nodeSelector: {zone: b}'],
    ['node-1', 'nodeName: node-1'],
    ['node-2', 'nodeName: node-2, nodeSelector: {zone: c}'],
    ['zone-d', 'nodeSelector: {zone: d}'],
  ]
    .map(
      ([name, node]) => `kind: Pod
apiVersion: v1
metadata: {name: ${name}}
spec: {${node}, containers: [{ports: [{hostPort: 20026}]}]}
---
`,
    )
    .join(''),
  'profiles.yaml': `services:
  cpu: {profiles: [cpu], ports: ["20025:80"]}
  gpu: {profiles: [gpu, big], ports: ["20025:80"]}
  big: {profiles: [big], ports: ["20025:80"]}
`,
  'include/compose.yaml': `include:
  - db/compose.yaml
  - path: [other/base.yaml, other/override.yaml]
    project_directory: project
    env_file: [first.env, second.env]
  - \${FOLDER:-db}/third.yaml
  - ./absent.yaml
services:
  web: {ports: ["20007:80", "\${SHARED}:81"]}
`,
  'include/.env': 'SHARED=20016\n',
  'include/db/.env': 'DB_PORT=20019\nSHARED=20020\n',
  'include/db/compose.yaml': `include: [../compose.yaml, third.yaml]
services:
  db: {ports: ["\${DB_PORT}:5432", "\${SHARED}:1"]}
`,
  'include/db/third.yaml': 'services:\n  third: {ports: ["20007:1"]}\n',
  'include/first.env': 'A=20021\nB=20021\n',
  'include/second.env': 'B=20022\n',
  'include/other/base.yaml': `services:\n  a: {ports: ["\${A}:1"]}\n`,
  'include/other/override.yaml': `include: [inner.yaml]\nservices:\n  a: {ports: ["\${A}:1", "\${B}:1"]}\n`,
  'include/project/inner.yaml': `services:\n  inner: {ports: ["\${A}:1"]}\n`,
  'include/folder.yaml': `include: [db, "nul\\0byte", ${'long'.repeat(2_000)}]\n`,
  'known.yaml': 'services:\n  web:\n    ports: ["3000:80", "6667:80"]\n',
  'grafana.yaml': 'services:\n  stats:\n    image: grafana/grafana\n    ports: ["3000:3000"]\n',
  'own.yaml': 'services:\n  ledger:\n    ports: ["20017:80", "20018:80"]\n',
  'broken.yaml': 'services:\n  web:\n    ports: *missing\n',
  'values.yaml': 'replicas: 3\n',
  'env/prod.env': 'PORT=20007\nDB_PORT=5432\nDB_HOST=db.example.org\n',
};

before(async () => {
  await putSeededDatabase(DATABASE);
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
});
after(() => removeFolder(folder));

/** Checks files of the folder. The output has their names without it. */
async function check(words: string, options: Parameters<typeof runPortolan>[1] = {}): Promise<Outcome> {
  const args = words.split(' ').map((word) => (word in FILES ? join(folder, word) : word));
  const { code, stdout, stderr } = await runPortolan(['check', ...args], { environment: { DATABASE }, ...options });
  const shorten = (text: string): string => text.replaceAll(`${folder}/`, '');
  return { code, stdout: shorten(stdout), stderr: shorten(stderr) };
}

function passes(stdout: string): Outcome {
  return { code: 0, stdout, stderr: '' };
}

const CONFLICTS = `conflicts/compose.yaml:7: avoid published 20007/tcp api: web publishes 20007/tcp too (conflicts/compose.yaml:3).
conflicts/compose.yaml:9: avoid published 20007/tcp api: web publishes 20007/tcp too (conflicts/compose.yaml:3).
conflicts/compose.yaml:12: avoid published 20023/tcp worker: web publishes 20020-20024/tcp too (conflicts/compose.yaml:3).
conflicts/compose.yaml:12: caution unchecked worker: Cannot determine the published port of "\${MISSING}:80": the variable MISSING has no value in .env.
`;

describe('portolan check prints', () => {
  test('only the counts for free ports, those of a .env file included', async () => {
    assert.deepEqual(await check('compose.yaml .env'), passes('2 files, 5 published ports: 0 conflicts, 0 notes\n'));
  });

  test('ports that several services publish on one address', async () => {
    const summary = '1 file, 7 published ports: 3 conflicts, 1 note\n';
    assert.deepEqual(await check('conflicts/compose.yaml'), { code: 1, stdout: CONFLICTS + summary, stderr: '' });
    const twice = await check(`conflicts/compose.yaml ${folder}/./conflicts/compose.yaml`);
    assert.deepEqual(twice, { code: 1, stdout: CONFLICTS + summary, stderr: '' });
  });

  test('no conflict of a service with its override in the same folder, but with one of another folder', async () => {
    const both = await check('conflicts/compose.override.yaml other/compose.yaml conflicts/compose.yaml');
    const lines = both.stdout.split('\n').filter((line) => line.includes('avoid'));
    assert.deepEqual(lines, [
      'conflicts/compose.yaml:3: avoid published 20020-20024/tcp web: web publishes 20024/tcp too (other/compose.yaml:3).',
      ...['7', '9'].map(
        (line) =>
          `conflicts/compose.yaml:${line}: avoid published 20007/tcp api: web publishes 20007/tcp too (conflicts/compose.override.yaml:3).`,
      ),
      'conflicts/compose.yaml:12: avoid published 20023/tcp worker: web publishes 20020-20024/tcp too (conflicts/compose.yaml:3).',
    ]);
  });

  test('a node port that a host port uses; only the host port is noted as one of the range of node ports', async () => {
    assert.deepEqual(await check('k8s.yaml'), {
      code: 1,
      stdout: `k8s.yaml:16: avoid published 30090/tcp agent: web publishes 30090/tcp too (k8s.yaml:6).
k8s.yaml:16: caution nodeport 30090/tcp agent: Kubernetes NodePort (30000-32767) gives port 30090 to Services of type NodePort, on every node.
1 file, 2 published ports: 1 conflict, 1 note
`,
      stderr: '',
    });
  });

  test('no conflict of host ports of workloads that never share a node', async () => {
    const { code, stdout } = await check('nodes.yaml');
    const line = 'nodes.yaml:14: avoid published 20026/tcp node-1: zone-a publishes 20026/tcp too (nodes.yaml:4).\n';
    const last = 'nodes.yaml:24: avoid published 20026/tcp zone-d: node-1 publishes 20026/tcp too (nodes.yaml:14).\n';
    assert.deepEqual([code, stdout], [1, `${line}${last}1 file, 5 published ports: 2 conflicts, 0 notes\n`]);
  });

  test('the files that a Docker Compose file includes, each once, with their own variables', async () => {
    const { code, stdout } = await check('include/compose.yaml --json');
    const { files, ports, results } = JSON.parse(stdout);
    assert.equal(code, 1);
    assert.deepEqual(
      files,
      ['compose', 'db/compose', 'other/base', 'other/override', 'db/third', 'project/inner'].map(
        (name) => `include/${name}.yaml`,
      ),
    );
    assert.deepEqual(
      ports.map(({ file, name, firstPort }: Record<string, unknown>) => `${file} ${name} ${firstPort}`),
      [
        'include/compose.yaml web 20007',
        'include/compose.yaml web 20016',
        'include/db/compose.yaml db 20019',
        // The variables of the file that includes another come first.
        'include/db/compose.yaml db 20016',
        'include/other/base.yaml a 20021',
        'include/other/override.yaml a 20021',
        'include/other/override.yaml a 20022',
        'include/project/inner.yaml inner 20021',
        'include/db/third.yaml third 20007',
      ],
    );
    assert.deepEqual(
      results.map(({ file, line, kind, detail }: Record<string, unknown>) => `${file}:${line} ${kind} ${detail}`),
      [
        'include/compose.yaml:7 unchecked Cannot read "include/absent.yaml": no such file.',
        'include/db/compose.yaml:3 published web publishes 20016/tcp too (include/compose.yaml:9).',
        'include/project/inner.yaml:2 published a publishes 20021/tcp too (include/other/base.yaml:2).',
        'include/db/third.yaml:2 published web publishes 20007/tcp too (include/compose.yaml:9).',
      ],
    );
    // A file that is named too is read in its turn, with the variables beside it.
    const both = JSON.parse((await check('include/compose.yaml include/db/compose.yaml --json')).stdout);
    assert.deepEqual(both.files.slice(0, 2), ['include/compose.yaml', 'include/db/compose.yaml']);
    assert.equal(
      both.ports.find(({ name, line }: Record<string, unknown>) => name === 'db' && line === 3).firstPort,
      20019,
    );
    const { stdout: unread } = await check('include/folder.yaml');
    const names = ['db', 'nul\\u0000byte', `${'long'.repeat(12)}lon…`];
    const lines = names.map(
      (name) => `include/folder.yaml:1: caution unchecked include: Cannot read "include/${name}": no such file.\n`,
    );
    assert.equal(unread, `${lines.join('')}1 file, 0 published ports: 0 conflicts, 3 notes\n`);
  });

  test('no conflict of services that different profiles start', async () => {
    const { code, stdout } = await check('profiles.yaml');
    const line = 'profiles.yaml:4: avoid published 20025/tcp big: gpu publishes 20025/tcp too (profiles.yaml:3).\n';
    assert.deepEqual([code, stdout], [1, `${line}1 file, 3 published ports: 1 conflict, 0 notes\n`]);
  });

  test('assignments, known uses and blocked ports as notes, which fail only with --fail-on caution', async () => {
    const known = await check('known.yaml');
    const kinds = known.stdout.split('\n').map((line) => line.split(' ').slice(1, 4).join(' '));
    assert.deepEqual([known.code, known.stderr], [0, '']);
    assert.deepEqual(kinds.slice(0, -2), [
      'caution assigned 3000/tcp',
      'caution informal_use 3000/tcp',
      'caution assigned 6667/tcp',
      'info blocked_by_browsers 6667/tcp',
    ]);
    assert.match(
      known.stdout,
      /^known\.yaml:3: caution informal_use 3000\/tcp web: .* more use 3000\/tcp without an assignment\.$/m,
    );
    assert.equal((await check('known.yaml --fail-on caution')).code, 1);
    assert.equal((await check('compose.yaml --fail-on caution')).code, 0);
  });

  test('the other uses of a port as information, where the software is known to use it', async () => {
    const { stdout } = await check('grafana.yaml');
    assert.match(stdout, /^grafana\.yaml:4: info informal_use 3000\/tcp stats: (?!.*Grafana)/m);
  });

  test('a file without ports to check, and standard input', async () => {
    const text =
      'It has no published ports to check: expected services of Docker Compose, or objects of Kubernetes with apiVersion and kind.';
    const summary = '1 file, 0 published ports: 0 conflicts, 1 note\n';
    const line = `values.yaml:1: caution unchecked values.yaml: ${text}\n`;
    assert.deepEqual(await check('values.yaml'), passes(line + summary));
    const input = await check('-', { environment: { DATABASE }, input: FILES['values.yaml'] ?? '' });
    assert.deepEqual(input, passes(line.replaceAll('values.yaml', 'standard input') + summary));
  });

  test('variables of --variables in place of those of .env', async () => {
    const { code, stdout } = await check('compose.yaml --variables env/prod.env');
    assert.deepEqual([code, stdout], [0, '1 file, 4 published ports: 0 conflicts, 0 notes\n']);
  });

  test('a conflict of a .env file, whose variables with another host are no published ports', async () => {
    const { code, stdout } = await check('env/prod.env compose.yaml');
    const line = 'compose.yaml:5: avoid published 20007/tcp web: PORT publishes 20007/tcp too (env/prod.env:1).\n';
    assert.deepEqual([code, stdout], [1, `${line}2 files, 5 published ports: 1 conflict, 0 notes\n`]);
  });
});

describe('the format', () => {
  test('github has workflow commands', async () => {
    const { code, stdout } = await check('conflicts/compose.yaml --format github');
    assert.equal(code, 1);
    assert.deepEqual(stdout.split('\n').slice(2), [
      '::error file=conflicts/compose.yaml,line=12,title=20023/tcp worker%3A published::web publishes 20020-20024/tcp too (conflicts/compose.yaml:3).',
      `::warning file=conflicts/compose.yaml,line=12,title=worker%3A unchecked::Cannot determine the published port of "\${MISSING}:80": the variable MISSING has no value in .env.`,
      '1 file, 7 published ports: 3 conflicts, 1 note',
      '',
    ]);
  });

  test('json has all published ports and findings', async () => {
    const { code, stdout } = await check('k8s.yaml --format json');
    const port = { protocol: 'tcp', address: null, firstPort: 30090, lastPort: 30090, file: 'k8s.yaml' };
    const finding = { file: 'k8s.yaml', line: 16, name: 'agent', firstPort: 30090, lastPort: 30090, protocol: 'tcp' };
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(stdout), {
      files: ['k8s.yaml'],
      ports: [
        { ...port, line: 6, setting: 'nodePort', name: 'web', otherNames: [] },
        { ...port, line: 16, setting: 'hostPort', name: 'agent', otherNames: ['agent'] },
      ],
      count: 2,
      results: [
        {
          ...finding,
          kind: 'published',
          severity: 'avoid',
          detail: 'web publishes 30090/tcp too (k8s.yaml:6).',
          source: 'k8s.yaml:6',
          other: { file: 'k8s.yaml', line: 6, name: 'web' },
        },
        {
          ...finding,
          kind: 'nodeport',
          severity: 'caution',
          detail: 'Kubernetes NodePort (30000-32767) gives port 30090 to Services of type NodePort, on every node.',
          source: 'Kubernetes: Ports and Protocols',
          other: null,
        },
      ],
    });
    assert.equal((await check('k8s.yaml --json')).stdout, stdout);
  });
});

test('a name cannot begin a line with a command of GitHub Actions, nor control the terminal', async () => {
  const input = 'services: {"a\\n::error::b\\e[1m": {ports: ["3000:80"]}}';
  for (const format of ['text', 'github']) {
    const { stdout } = await check(`- --format ${format}`, { environment: { DATABASE }, input });
    assert.doesNotMatch(stdout, /^::error/m);
    assert.equal(stdout.includes('\u001b'), false);
    assert.equal(stdout.includes('error'), true);
  }
});

test('own entries of other services and pools of other teams are conflicts, on a server too', async (t) => {
  const path = join(folder, 'own.db');
  await putSeededDatabase(path);
  await withDatabase(path, async (db) => {
    const writes = new OwnWrites(db);
    const entries = [
      { name: 'billing', firstPort: 20017, owner: 'payments', environment: 'production' },
      { name: 'old', firstPort: 20018, status: 'retired' },
      { name: 'Ledger', firstPort: 20018 },
    ];
    writes.create(entries.map(parseOwnEntry), false, COMMAND_LINE);
    writes.createPool(parsePool({ name: 'accounts', ranges: ['20018'], owner: 'accounts' }), COMMAND_LINE);
  });
  const environment = { DATABASE: path };
  const overlap =
    /^own\.yaml:3: avoid overlap 20017\/tcp ledger: It overlaps the own entry billing, which uses port 20017 on tcp, owned by payments, in production\.\n/;
  const pool = 'own.yaml:3: avoid pool 20018/tcp ledger: 20018/tcp belongs to the pool accounts, owned by accounts.\n';
  const all = await check('own.yaml', { environment });
  assert.equal(all.code, 1);
  assert.match(all.stdout, overlap);
  assert.equal(all.stdout.split('\n').slice(1).join('\n'), `${pool}1 file, 2 published ports: 2 conflicts, 0 notes\n`);
  const staging = await check('own.yaml --environment staging', { environment });
  assert.deepEqual(staging.stdout, `${pool}1 file, 2 published ports: 1 conflict, 0 notes\n`);
  const own = await check('own.yaml --environment staging --owner Accounts', { environment });
  assert.deepEqual(own, passes('1 file, 2 published ports: 0 conflicts, 0 notes\n'));

  const { url } = await startInProcess(t, { DATABASE: path, REQUIRE_TOKEN: 'read' });
  const refused = await check(`own.yaml --server ${url}`);
  assert.deepEqual([refused.code, refused.stdout], [3, '']);
  const created = await runPortolan(['token', 'create', '--name', 'ci', '--scope', 'read'], { environment });
  const server = { PORTOLAN_SERVER: url, PORTOLAN_TOKEN: created.stdout.trim() };
  assert.deepEqual(await check('own.yaml', { environment: server }), all);
  const words = 'known.yaml k8s.yaml grafana.yaml own.yaml --json';
  assert.deepEqual(await check(words, { environment: server }), await check(words, { environment }));
});

describe('the exit code', () => {
  for (const [words, message] of [
    ['broken.yaml', 'portolan: broken.yaml:3: expected an anchor &missing before *missing\n'],
    ['compose.yaml --variables missing.env', 'portolan: Cannot read "missing.env": no such file\n'],
    ['docs', 'portolan: Cannot read "docs": expected a file, got a folder\n'],
    ['compose.yaml --csv', 'error: Cannot check "csv": expected text, json or github for files\n'],
    ['80 443', 'error: Cannot check "443": expected one port, or files\n'],
    ['80 --owner payments', 'error: Cannot check "--owner": expected it for files, not for a port\n'],
    ['80 --format github', 'error: Cannot check "--format github": expected it for files, not for a port\n'],
  ] as const) {
    test(`of ${words} is 2`, async () => {
      const hint = message.startsWith('error') ? '(portolan --help lists the commands)\n' : '';
      assert.deepEqual(await check(words), { code: 2, stdout: '', stderr: message + hint });
    });
  }

  test('is 3 if the registry does not answer', async (t) => {
    const absent = join(folder, 'absent.db');
    const stderr = `portolan: Setting DATABASE: there is no file "${absent}"; "portolan seed" creates it\n`;
    const outcome = await check('compose.yaml', { environment: { DATABASE: absent } });
    assert.deepEqual(outcome, { code: 3, stdout: '', stderr: stderr.replace(`${folder}/`, '') });
    for (const [body, expected] of [
      ['no JSON', 'JSON'],
      ['{}', 'reports of ports'],
      ['{"results":[{"number":20007}]}', 'reports of ports'],
      ['{"results":[]}', 'the reports of 4 ports'],
    ]) {
      const url = await startHttp(t, (_request, response) => response.end(body));
      const { code, stderr } = await check(`compose.yaml --server ${url}`);
      assert.deepEqual([code, stderr], [3, `portolan: Cannot read the answer of ${url}: expected ${expected}\n`]);
    }
  });
});

test('the Compose file and the manifests of this project can be checked', async () => {
  const outcome = await check('deploy/compose.yaml deploy/kubernetes.yaml');
  assert.equal(outcome.code, 0);
  assert.match(readFileSync(join(PROJECT, 'deploy/compose.yaml'), 'utf8'), /ports:/);
  assert.match(outcome.stdout, /^2 files, 1 published port: 0 conflicts, 0 notes$/m);
});
