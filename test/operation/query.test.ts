import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EXPORTS } from '../../src/render/export-files.ts';
import { testComparedCommands, useCommandComparison } from '../support/compared-commands.ts';

describe('a command prints exactly the body of its URL', () => {
  const comparison = useCommandComparison();
  testComparedCommands(
    [
      ['60257', '/ports/60257?checks=none', 0],
      ['lookup 0', '/ports/0?checks=none', 0],
      ['lookup 1023/TCP', '/ports/1023/TCP?checks=none', 0],
      ['lookup 1024 --protocol udp', '/ports/1024?protocol=udp&checks=none', 0],
      ['lookup 49151 49152/udp 65534-65535', '/ports?ports=49151,49152/udp,65534-65535&checks=none', 0],
      ['22,80/tcp', '/ports?ports=22,80/tcp&checks=none', 0],
      ['lookup SSH', '/services/SSH', 0],
      ['lookup cl/1', '/services/cl%2F1', 0],
      ['search secure shell --limit 2', '/search?q=secure%20shell&limit=2', 0],
      ['search postgres --protocol tcp --origin iana', '/search?q=postgres&protocol=tcp&origin=iana', 0],
      ['lookup ssh --as-of 2026-11-27', '/services/ssh?asOf=2026-11-27', 0],
      ['lookup 22/tcp --as-of 2026-11-27', '/ports/22/tcp?asOf=2026-11-27&checks=none', 0],
      ['report allowed-ports', '/reports/allowed-ports', 1],
      ['history', '/registry/changes', 1],
      ['history 22 --kind removed --limit 2', '/ports/22/history?kind=removed&limit=2', 1],
      ['search nosuchthinganywhere', '/search?q=nosuchthinganywhere', 1],
      ['suggest', '/suggestions', 0],
      [
        'suggest --count 3 --within 20000-29999 --protocol tcp',
        '/suggestions?count=3&within=20000-29999&protocol=tcp',
        0,
      ],
      [
        'suggest --consecutive --avoid linux,browsers --like x',
        '/suggestions?consecutive=true&avoid=linux,browsers&like=x',
        0,
      ],
      ['suggest --order number', '/suggestions?order=number', 0],
      ['suggest --within 22-22', '/suggestions?within=22-22', 1],
      ['check 9443/tcp', '/ports/9443/suitability?protocol=tcp', 1],
      [
        'check 20004 --protocol tcp --environment staging',
        '/ports/20004/suitability?protocol=tcp&environment=staging',
        0,
      ],
    ],
    comparison,
  );

  for (const { path } of EXPORTS.filter(({ path }) => !path.endsWith('ndjson'))) {
    test(`export ${path}`, async () => {
      const stdout = await (await fetch(comparison.server.url + path)).text();
      const args = ['export', path.slice('/export/'.length)];
      assert.deepEqual(await comparison.runCommand(...args), { code: 0, stdout, stderr: '' });
      assert.deepEqual(await comparison.runCommand(...args, '--server', comparison.server.url), {
        code: 0,
        stdout,
        stderr: '',
      });
    });
  }

  test('export with --origin informal,own', async () => {
    const stdout = await (await fetch(`${comparison.server.url}/export/logstash?origin=informal,own`)).text();
    assert.deepEqual(await comparison.runCommand('export', 'logstash', '--origin', 'informal,own'), {
      code: 0,
      stdout,
      stderr: '',
    });
  });
});
