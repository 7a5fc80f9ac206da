import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseSearchQuestion } from '../../src/registry/search/search-question.ts';
import { searchKey, searchWords } from '../../src/registry/search/search-words.ts';
import { LAST_PORT } from '../../src/registry/values/port-number.ts';
import { formatSpan } from '../../src/registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { fc } from '../support/properties.ts';

/** Returns the ports of a text, such as `443/tcp`. */
function portsOf(text: string): string[] {
  return parseSearchQuestion(text).ports.map((query) =>
    query.protocol === null ? formatSpan(query) : `${formatSpan(query)}/${query.protocol}`,
  );
}

describe('a text asks for ports', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['443', ['443']],
    ['00080', ['80']],
    ['443/tcp', ['443/tcp']],
    ['tcp/443', ['443/tcp']],
    ['tcp 443', ['443/tcp']],
    ['TCP:443', ['443/tcp']],
    ['443 udp', ['443/udp']],
    ['udp443', ['443/udp']],
    [':8080', ['8080']],
    ['localhost:8080', ['8080']],
    ['127.0.0.1:8080', ['8080']],
    ['*:5353', ['5353']],
    ['[::1]:9000', ['9000']],
    ['https://host:8443/x?y=1', ['8443']],
    ['http://[::1]:3000', ['3000']],
    ['22,80', ['22', '80']],
    ['22, 80 and 443/tcp', ['22', '80', '443/tcp']],
    ['22 tcp 53 udp', ['22/tcp', '53/udp']],
    ['6000-6010', ['6000-6010']],
    ['6010 – 6000/tcp', ['6000-6010/tcp']],
    ['port 22', ['22']],
    ['port22', ['22']],
    ['#22', ['22']],
    ['what uses port 8080?', ['8080']],
    ['What is TCP port 25 used for?', ['25/tcp']],
    ['puerto 21', ['21']],
    ['порт 3389', ['3389']],
    ['端口 3306', ['3306']],
    ['ポート番号 22', ['22']],
    ['포트 443', ['443']],
    ['８０', ['80']],
    ['22,70000', ['22']],
  ];
  for (const [text, expected] of cases) test(JSON.stringify(text), () => assert.deepEqual(portsOf(text), expected));

  test('unless a part is anything else', () => {
    for (const text of [
      '',
      ' ',
      '8.8.8.8',
      'z39.50',
      'x11',
      '-22',
      '22-',
      '22/',
      '22/icmp',
      'ssh 22',
      'host:',
      '1-2-3',
    ]) {
      assert.deepEqual(portsOf(text), [], text);
    }
  });

  test('and one above 65535 says where ports end', () => {
    for (const text of ['65536', '70000', 'port 99999999', 'host:70000', '22,70000']) {
      assert.equal(parseSearchQuestion(text).detail, 'Port numbers end at 65535.', text);
    }
    assert.equal(parseSearchQuestion('65535').detail, null);
  });

  test('in every notation of a list', () => {
    const port = fc.nat(LAST_PORT);
    const protocol = fc.constantFrom(null, ...TRANSPORT_PROTOCOLS);
    const item = fc.tuple(port, port, protocol).map(([a, b, of]) => {
      const query = { firstPort: Math.min(a, b), lastPort: Math.max(a, b), protocol: of };
      return of === null ? formatSpan(query) : `${formatSpan(query)}/${of}`;
    });
    const before = fc.constantFrom('', 'port ', 'ports ', 'what uses ', 'puerto ', 'порт ');
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 9 }), before, (items, filler) => {
        assert.deepEqual(portsOf(`${filler}${items.join(', ')}`), items);
      }),
    );
  });
});

describe('words of a question that are not part of a name are ignored', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['ssh', ['ssh']],
    ['ssh port', ['ssh']],
    ['default port of mysql', ['mysql']],
    ['which port does redis use?', ['redis']],
    ['puerto predeterminado de mysql', ['mysql']],
    ['port par défaut postgresql', ['postgresql']],
    ['Standardport MySQL', ['mysql']],
    ['порт по умолчанию redis', ['redis']],
    ['mysql端口', ['mysql']],
    ['mysql 默认端口是多少', ['mysql']],
    ['远程桌面端口', ['远程桌面']],
    ['sshのポート番号', ['ssh']],
    ['ssh 포트', ['ssh']],
    ['منفذ ssh', ['ssh']],
    ['ssh पोर्ट', ['ssh']],
    ['snmp udp', ['snmp']],
    ['https://example.org/', ['https']],
    ['time machine', ['time', 'machine']],
    ['the port', ['the', 'port']],
    ['tcp', ['tcp']],
  ];
  for (const [text, expected] of cases) {
    test(JSON.stringify(text), () => assert.deepEqual(parseSearchQuestion(text).words, expected.flatMap(searchWords)));
  }

  test('and a protocol is a preference', () => {
    assert.equal(parseSearchQuestion('snmp udp').protocol, 'udp');
    assert.equal(parseSearchQuestion('tcp').protocol, null);
  });

  test('generic words are not core words, unless there are no others', () => {
    assert.deepEqual(parseSearchQuestion('redis server').coreWords, ['redis']);
    assert.deepEqual(parseSearchQuestion('web server').coreWords, ['web', 'server']);
  });
});

describe('any text', () => {
  test('is parsed within the limits, and has words where it has letters or digits', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
    );
    fc.assert(
      fc.property(text, (asked) => {
        const { text: read, allWords, words, coreWords, ports } = parseSearchQuestion(asked);
        assert.ok(
          read.length <= 200 && allWords.length <= 16 && coreWords.length <= words.length && ports.length <= 50,
        );
        assert.equal(words.length === 0, allWords.length === 0);
        for (const { firstPort, lastPort } of ports)
          assert.ok(0 <= firstPort && firstPort <= lastPort && lastPort <= LAST_PORT);
      }),
    );
  });

  test('has the same key however its words are separated', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 4 }), (words) => {
        for (const separator of ['', ' ', '-', '.', '_', ' / '])
          assert.equal(searchKey(words.join(separator)), words.join(''));
      }),
    );
  });
});
