import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Outcome, runPortolan } from '../support/portolan-process.ts';
import { putSeededDatabase } from '../support/seeded-database.ts';
import { makeFolder, removeFolder } from '../support/temporary-folder.ts';

const folder = makeFolder();
const environment = { DATABASE: join(folder, 'portolan.db') };
before(() => putSeededDatabase(environment.DATABASE));
after(() => removeFolder(folder));

function annotate(input: string | Uint8Array, ...args: string[]): Promise<Outcome> {
  return runPortolan(['annotate', ...args], { environment, input });
}

/** Annotates JSON lines, each of which must get the value beside it. */
async function assertValues(lines: readonly (readonly [line: string, value: string])[], ...args: string[]) {
  const input = lines.map(([line]) => `${line}\n`).join('');
  const stdout = lines
    .map(([line, value]) => `${line.slice(0, -1)}${line === '{}' ? '' : ','}"portolan":${value}}\n`)
    .join('');
  assert.deepEqual(await annotate(input, '--input', 'ndjson', ...args), { code: 0, stdout, stderr: '' });
}

describe('portolan annotate --input ndjson', { concurrency: 2 }, () => {
  test('adds a field, and null for a port without a name', async () => {
    const input = '{"port":22}\n{"port":"53", "protocol":"UDP"}\r\n{"port":60257}\nno JSON\n{}\n[1]\n';
    const stdout =
      '{"port":22,"portolan":"ssh"}\n{"port":"53", "protocol":"UDP","portolan":"domain"}\r\n{"port":60257,"portolan":null}\nno JSON\n{"portolan":null}\n[1]\n';
    assert.deepEqual(await annotate(input, '--input', 'ndjson', '--field', 'port'), { code: 0, stdout, stderr: '' });
  });

  test('never adds a key that the object has', async () => {
    const line = '{"id.resp_p":53,"proto":"udp","service":"dns"}';
    await assertValues([[line, '"domain"']], '--field', 'id.resp_p');
    const args = ['--input', 'ndjson', '--field', 'id.resp_p', '--as', 'service'];
    const input = `${line}\n{"id.resp_p":22,"proto":"tcp"}\n`;
    assert.deepEqual(await annotate(input, ...args), {
      code: 1,
      stdout: `${line}\n{"id.resp_p":22,"proto":"tcp","service":"ssh"}\n`,
      stderr: 'portolan: 1 line has the field "service" already and stays unchanged: choose another name with --as\n',
    });
    const two = await annotate(`${line}\n${line}\n`, ...args);
    assert.equal(
      two.stderr,
      'portolan: 2 lines have the field "service" already and stay unchanged: choose another name with --as\n',
    );
  });

  test('finds a key with dots before a path of keys', async () => {
    await assertValues(
      [
        ['{"a.b.port":443,"proto":6}', '"https"'],
        ['{"a":{"b":{"port":443}},"proto":6}', '"https"'],
        ['{"a.b":{"port":443},"proto":6}', '"https"'],
        ['{"a":{"b.port":443},"proto":6}', '"https"'],
        ['{"a":[],"a.b.port":22,"proto":6}', '"ssh"'],
        ['{"a":{"b":null},"proto":6}', 'null'],
        ['{"a":{"b":{"port":null}},"proto":6}', 'null'],
      ],
      '--field',
      'a.b.port',
    );
    await assertValues([['{"ports":[{"port":22},{"port":53}]}', '"domain"']], '--field', 'ports.1.port');
  });

  test('fails if no line has the field', async () => {
    const input = '{"port":22}\n{"a":{"toString":1}}\n';
    const stdout = '{"port":22,"portolan":null}\n{"a":{"toString":1},"portolan":null}\n';
    const stderr =
      'portolan: no line has the field "constructor": expected a JSON object with this field in each line\n';
    assert.deepEqual(await annotate(input, '--input', 'ndjson', '--field', 'constructor'), { code: 1, stdout, stderr });
  });

  test('reads the protocol from its usual fields', async () => {
    await assertValues(
      [
        ['{"dest_port":514,"proto":"UDP"}', '"syslog"'],
        ['{"dest_port":514,"proto":"TCP"}', '"shell"'],
        ['{"dest_port":514,"protocol":"udp"}', '"syslog"'],
        ['{"dest_port":514,"transport":"udp6"}', '"syslog"'],
        ['{"dest_port":514,"network":{"transport":"udp"}}', '"syslog"'],
        ['{"dest_port":514,"network.transport":"tcp"}', '"shell"'],
        ['{"dest_port":514,"ip_proto":17}', '"syslog"'],
        ['{"dest_port":514,"l4_proto":"6"}', '"shell"'],
        ['{"dest_port":514,"proto":"tcp6"}', '"shell"'],
        ['{"dest_port":36412,"proto":132}', '"s1-control"'],
        ['{"dest_port":6514,"proto":33}', '"syslog-tls"'],
        // The application is no transport protocol; the next field says it, or none does.
        ['{"dest_port":514,"protocol":"syslog","proto":"udp"}', '"syslog"'],
        ['{"dest_port":514,"protocol":"http"}', '"shell (tcp), syslog (udp)"'],
        ['{"dest_port":514}', '"shell (tcp), syslog (udp)"'],
        ['{"dest_port":514,"proto":null}', '"shell (tcp), syslog (udp)"'],
        ['{"dest_port":1812}', '"radius"'],
        ['{"dest_port":8,"proto":"ICMP"}', 'null'],
        ['{"dest_port":53,"proto":1}', 'null'],
        ['{"dest_port":53,"protocol":58}', 'null'],
      ],
      '--field',
      'dest_port',
    );
    // A field beside the port comes before one of the whole object.
    const nested = [['{"proto":"tcp","d":{"port":514,"proto":"udp"}}', '"syslog"']] as const;
    await assertValues(nested, '--field', 'd.port');
  });

  test('reads the protocol from the named field', async () => {
    const fields = ['--field', 'd.port', '--protocol-field', 'd.l4'];
    await assertValues(
      [
        ['{"d":{"port":514,"l4":"udp"},"proto":"tcp"}', '"syslog"'],
        ['{"d.port":514,"d.l4":6}', '"shell"'],
        ['{"d":{"port":514,"l4":"icmp"}}', 'null'],
        ['{"d":{"port":514},"proto":"tcp"}', '"shell (tcp), syslog (udp)"'],
      ],
      ...fields,
    );
  });

  test('reads ports as programs write them', async () => {
    await assertValues(
      [
        ['{"p":443.0,"proto":"tcp"}', '"https"'],
        ['{"p":"443.0","proto":"tcp"}', '"https"'],
        ['{"p":"0x1bb","proto":"tcp"}', '"https"'],
        ['{"p":"514/udp","proto":"tcp"}', '"syslog"'],
        ['{"p":" 22 "}', '"ssh"'],
        ['{"p":65536}', 'null'],
        ['{"p":22.5}', 'null'],
        ['{"p":-22}', 'null'],
        ['{"p":true}', 'null'],
        ['{"p":[22]}', '"ssh"'],
        ['{"p":[22,80]}', 'null'],
        ['{"p":[]}', 'null'],
        ['{"p":[[22]]}', 'null'],
        ['{"p":{"p":22}}', 'null'],
      ],
      '--field',
      'p',
    );
    // tshark -T ek -e tcp.dstport -e ip.proto
    await assertValues(
      [
        ['{"layers":{"tcp_dstport":["514"],"ip_proto":["6"]}}', '"shell"'],
        ['{"layers":{"udp_dstport":["514"],"ip_proto":["17"]}}', 'null'],
      ],
      ...['--field', 'layers.tcp_dstport', '--protocol-field', 'layers.ip_proto'],
    );
  });

  test('fails if no line has a port in the field', async () => {
    const input = '{"p":"x"}\n{"p":[22,80]}\n{"p":65536}\n{"p":null}\n{}\n';
    const stdout = input.replaceAll('}\n', ',"portolan":null}\n').replace('{,', '{');
    const stderr = 'portolan: the field "p" has no port in any line: expected a port such as 443, 0x1bb or 443/tcp\n';
    assert.deepEqual(await annotate(input, '--input', 'ndjson', '--field', 'p'), { code: 1, stdout, stderr });
  });

  test('keeps the bytes of other fields, and finds names beyond ASCII', async () => {
    const input = Buffer.from('{"größe":22,"x":"\\u0041\u{1f600}"}\n');
    const { code, stdout } = await annotate(input, '--input', 'ndjson', '--field', 'größe', '--as', 'dienst-ß');
    assert.deepEqual([code, stdout], [0, '{"größe":22,"x":"\\u0041\u{1f600}","dienst-ß":"ssh"}\n']);
  });
});

describe('portolan annotate --input csv', { concurrency: 2 }, () => {
  const args = ['--input', 'csv', '--column', 'dport'];
  const hint = '(portolan --help lists the commands)\n';

  test('fails if no record has a port in the column', async () => {
    const stderr = 'portolan: the column "dport" has no port: expected a port such as 443, 0x1bb or 443/tcp\n';
    assert.deepEqual(await annotate('dport\nx\n65536\n', ...args), {
      ...{ code: 1, stdout: 'dport,portolan\nx,\n65536,\n', stderr },
    });
    assert.deepEqual(await annotate('dport\n', ...args), { code: 0, stdout: 'dport,portolan\n', stderr: '' });
    assert.deepEqual(await annotate('dport\nx\n1\n', ...args), {
      ...{ code: 0, stdout: 'dport,portolan\nx,\n1,tcpmux\n', stderr: '' },
    });
  });

  test('adds a column', async () => {
    const input =
      '\ufeffhost,dport,l4,service\r\n"a, ""b""",22,tcp,x\r\n"two\nlines",53,UDP,\r\nc,60257,tcp,\r\nshort\r\n';
    const stdout =
      'host,dport,l4,service,portolan\n"a, ""b""",22,tcp,x,ssh\n"two\nlines",53,UDP,,domain\nc,60257,tcp,,\nshort,,,,\n';
    const outcome = await annotate(input, ...args, '--protocol-column', 'l4');
    assert.deepEqual(outcome, { code: 0, stdout, stderr: '' });
  });

  test('reads ports as spreadsheets and programs write them, and usual columns for the protocol', async () => {
    const cells = [
      ['443.0,tcp', 'https'],
      ['0x1bb,6', 'https'],
      ['514/udp,tcp', 'syslog'],
      ['514,17', 'syslog'],
      ['514,', '"shell (tcp), syslog (udp)"'],
      ['8,icmp', ''],
      [' 22 , TCP6 ', 'ssh'],
      ['65536,tcp', ''],
      [',tcp', ''],
    ];
    const input = `dport,Proto\n${cells.map(([cell]) => `${cell}\n`).join('')}`;
    const stdout = `dport,Proto,dienst\n${cells.map(([cell, name]) => `${cell},${name}\n`).join('')}`;
    assert.deepEqual(await annotate(input, ...args, '--as', 'dienst'), { code: 0, stdout, stderr: '' });
    const alone = await annotate('dport\n443\n514\n', ...args);
    assert.equal(alone.stdout, 'dport,portolan\n443,https\n514,"shell (tcp), syslog (udp)"\n');
  });

  test('keeps bytes, or converts a named encoding to UTF-8', async () => {
    const table = Buffer.from('größe,dport\nMünchen,22\n', 'latin1');
    const kept = await annotate(table, ...args);
    // The outcome is decoded from UTF-8, in which these bytes are invalid.
    assert.equal(kept.stdout, 'gr\ufffd\ufffde,dport,portolan\nM\ufffdnchen,22,ssh\n');
    const converted = await annotate(table, ...args, '--encoding', 'windows-1252');
    assert.deepEqual(converted, { code: 0, stdout: 'größe,dport,portolan\nMünchen,22,ssh\n', stderr: '' });
    const utf16 = Buffer.from('\ufeffgröße,dport\r\n€,22\r\n', 'utf16le');
    for (const bytes of [utf16, Buffer.from(utf16).swap16(), utf16.subarray(2)]) {
      const { code, stdout } = await annotate(bytes, ...args);
      assert.deepEqual([code, stdout], [0, 'größe,dport,portolan\n€,22,ssh\n']);
    }
    const named = await annotate('größe\n22\n', '--input', 'csv', '--column', 'größe');
    assert.equal(named.stdout, 'größe,portolan\n22,ssh\n');
  });

  test('refuses tables to which it cannot add the column', async () => {
    const wrong = await annotate('pört,proto\n22,tcp\n', ...args);
    const stderr = `error: Cannot find column "dport": expected one of "pört", "proto"\n${hint}`;
    assert.deepEqual(wrong, { code: 2, stdout: '', stderr });
    const taken = await annotate('dport,portolan\n22,x\n', ...args);
    const message = `error: Cannot add column "portolan": the table has it; choose another name with --as\n${hint}`;
    assert.deepEqual(taken, { code: 2, stdout: '', stderr: message });
    const broken = await annotate('dport\n"22\n', ...args);
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /^portolan: Cannot read standard input, line \d: expected CSV\n$/);
    const long = await annotate('dport,proto\n22,tcp\n53,udp,more\n', ...args);
    const expected =
      'portolan: Cannot read standard input, line 3: expected at most 2 cells, as in the header, got 3\n';
    assert.deepEqual([long.code, long.stderr], [1, expected]);
  });
});
