import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startInProcess } from '../support/listen.ts';
import { type Outcome, runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

const folder = makeFolder();
const environment = { DATABASE: join(folder, 'portolan.db') };
before(() => putSeededDatabase(environment.DATABASE));
after(() => removeFolder(folder));

/** Lines, and the label that each gets; null for a line that stays unchanged. */
type Lines = readonly (readonly [line: string, label: string | null])[];

async function assertLabels(lines: Lines, settings: Readonly<Record<string, string>> = environment): Promise<void> {
  const input = lines.map(([line]) => `${line}\n`).join('');
  const stdout = lines.map(([line, label]) => `${line}${label === null ? '' : `  ${label}`}\n`).join('');
  const outcome: Outcome = await runPortolan(['annotate'], { environment: settings, input });
  assert.deepEqual(outcome, { code: 0, stdout, stderr: '' });
}

const CONNECTIONS: Lines = [
  // A client on a reserved port that has a name: the better known service is the service.
  ['tcp 0 0 10.0.0.1:711 10.0.0.2:2049 ESTABLISHED', '-> nfs'],
  ['tcp 0 0 10.0.0.2:2049 10.0.0.1:752 ESTABLISHED', 'nfs'],
  ['10.0.0.2:2049 10.0.0.1:752', 'nfs'],
  ['tcp ESTAB 0 0 10.0.0.1:44818 10.0.0.2:domain', '-> domain'],
  ['tcp ESTAB 0 0 10.0.0.1:44818 10.0.0.2:DNS', '-> domain'],
  ['tcp ESTAB 0 0 10.0.0.1:44818 10.0.0.2:nobody-knows', null],
  // The line before shows no listener on port 44818.
  ['tcp ESTAB 0 0 10.0.0.1:44818 10.0.0.2:443', '-> https'],
  ['udp ESTAB 0 0 10.0.0.1:123 10.0.0.2:123', 'ntp'],
  ['tcp ESTAB 0 0 10.0.0.1:60257 10.0.0.2:1023', '-'],
  ['ESTAB 0 0 10.0.0.1:36149 10.0.0.2:514', '-> shell (tcp), syslog (udp)'],
];

describe('portolan annotate', { concurrency: 2 }, () => {
  test('names the service of a connection', () => assertLabels(CONNECTIONS));

  test('names no dynamic port by a range, or by a use that is less prominent than a range', () =>
    assertLabels([
      ['tcp LISTEN 0 0 *:49152 *:*', '-'],
      ['tcp LISTEN 0 0 *:49200 *:*', '-'],
      ['tcp LISTEN 0 0 *:50000 *:*', 'ibm-db2'],
    ]));

  test('takes no bare address for an end', () =>
    assertLabels([
      ['tcp LISTEN 0 0 *:22 *:*', 'ssh'],
      ['tcp4 0 0 10.0.0.1 *.* LISTEN', null],
    ]));

  test('names the same ports with the names of a server', async (t) => {
    const server = await startInProcess(t, environment);
    const lines: Lines = [
      ...CONNECTIONS,
      ['tcp LISTEN 0 0 *:49152 *:*', '-'],
      ['tcp LISTEN 0 0 *:50000 *:*', 'ibm-db2'],
    ];
    await assertLabels(lines, { PORTOLAN_SERVER: server.url });
  });
});

test('portolan annotate names own entries before better known services', async () => {
  const settings = { DATABASE: join(folder, 'own.db') };
  await putSeededDatabase(settings.DATABASE);
  const imported = await runPortolan(['own', 'import', '-', '--format', 'csv'], {
    environment: settings,
    input: 'name,firstPort\nbilling,7001\nlamp,50001\n',
  });
  assert.deepEqual([imported.code, imported.stderr], [0, '']);
  await assertLabels(
    [
      ['tcp ESTAB 0 0 10.0.0.1:7001 10.0.0.2:2049', 'billing'],
      ['tcp ESTAB 0 0 10.0.0.1:1023 10.0.0.2:50001', '-> lamp'],
      ['tcp ESTAB 0 0 10.0.0.1:50001 10.0.0.2:443', '-> https'],
      ['tcp LISTEN 0 0 *:50001 *:*', 'lamp'],
    ],
    settings,
  );
});
