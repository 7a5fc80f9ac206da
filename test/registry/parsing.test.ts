import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nearest } from '../../src/registry/values/nearest.ts';
import { parsePortNumber } from '../../src/registry/values/port-number.ts';
import { parsePortList, parsePortQuery } from '../../src/registry/values/port-query.ts';
import { formatSpan, PORT_RANGES, rangeOf } from '../../src/registry/values/port-range.ts';
import { parseReferences } from '../../src/registry/values/reference.ts';
import { quoteInput, RegistryError } from '../../src/registry/values/registry-error.ts';
import { TRANSPORT_PROTOCOLS } from '../../src/registry/values/transport-protocol.ts';
import { fc } from '../support/properties.ts';

const port = fc.integer({ min: 0, max: 65535 });

describe('port numbers', () => {
  test('each of the 65,536 is parsed', () => {
    for (let number = 0; number <= 65535; number++) assert.equal(parsePortNumber(String(number)), number);
  });

  test('anything else is refused with a message of bounded length that quotes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/^(?:0|[1-9]\d{0,4})$/.test(text) || Number(text) > 65535);
        assert.throws(
          () => parsePortNumber(text),
          (error) => {
            assert.ok(error instanceof RegistryError);
            return (
              error.code === 'invalid_argument' &&
              error.message.includes(quoteInput(text)) &&
              error.message.length < 800
            );
          },
        );
      }),
    );
  });
});

describe('port queries', () => {
  test('a formatted span and protocol are parsed to the same values', () => {
    const protocol = fc.option(fc.constantFrom(...TRANSPORT_PROTOCOLS));
    fc.assert(
      fc.property(port, port, protocol, (a, b, asked) => {
        const span = { firstPort: Math.min(a, b), lastPort: Math.max(a, b) };
        const text = formatSpan(span) + (asked === null ? '' : `/${asked.toUpperCase()}`);
        assert.deepEqual(parsePortQuery(` ${text} `), { ...span, protocol: asked });
      }),
    );
  });

  test('a list never has more ports than its limit', () => {
    fc.assert(
      fc.property(fc.array(port, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 20 }), (ports, most) => {
        const list = ports.join(',');
        if (ports.length > most) assert.throws(() => parsePortList(list, most), /Cannot answer for more than/);
        else
          assert.deepEqual(
            parsePortList(list, most).map(({ firstPort }) => firstPort),
            ports,
          );
      }),
    );
  });
});

test('every port is in exactly one range', () => {
  fc.assert(
    fc.property(port, (number) => {
      const ranges = PORT_RANGES.filter(({ firstPort, lastPort }) => firstPort <= number && number <= lastPort);
      assert.deepEqual(ranges, [rangeOf(number)]);
    }),
  );
});

test('references become links, persons remain text', () => {
  const cases = [
    ['', []],
    ['[RFC6335]', [['RFC 6335', 'https://www.rfc-editor.org/rfc/rfc6335']]],
    [
      '[RFC7858][RFC8094]',
      [
        ['RFC 7858', 'https://www.rfc-editor.org/rfc/rfc7858'],
        ['RFC 8094', 'https://www.rfc-editor.org/rfc/rfc8094'],
      ],
    ],
    ['[RFC8765, Section 6.1]', [['RFC 8765, Section 6.1', 'https://www.rfc-editor.org/rfc/rfc8765#section-6.1']]],
    [
      '[RFC-ietf-ntp-roughtime-19]',
      [['RFC-ietf-ntp-roughtime-19', 'https://datatracker.ietf.org/doc/draft-ietf-ntp-roughtime-19/']],
    ],
    ['[draft-herbert-gue-02]', [['draft-herbert-gue-02', 'https://datatracker.ietf.org/doc/draft-herbert-gue-02/']]],
    ['[https://xahau.network]', [['https://xahau.network', 'https://xahau.network']]],
    ['[Jon_Postel]', [['Jon_Postel', null]]],
    [
      '[1][RFC4727]',
      [
        ['1', null],
        ['RFC 4727', 'https://www.rfc-editor.org/rfc/rfc4727'],
      ],
    ],
    ['[javascript:alert(1)]', [['javascript:alert(1)', null]]],
    [
      '[TR-352][a\n      b]',
      [
        ['TR-352', null],
        ['a b', null],
      ],
    ],
    ['no brackets', [['no brackets', null]]],
    ['[a[b][', [['a[b', null]]],
    ['[[', [['[[', null]]],
  ] as const;
  for (const [cell, expected] of cases) {
    assert.deepEqual(
      parseReferences(cell),
      expected.map(([title, url]) => ({ title, url })),
      cell,
    );
  }
});

test('the nearest names: fewest edits first, a transposition is one edit, no distant names', () => {
  const names = ['ssh', 'sshell', 'http', 'https', 'domain', 'postgresql', 'protocol', 'format'];
  assert.deepEqual(nearest('shs', names, 3), ['ssh']);
  assert.deepEqual(nearest('HTTPS', names, 2), ['https', 'http']);
  assert.deepEqual(nearest('postgres', names, 1), ['postgresql']);
  assert.deepEqual(nearest('protocl', names, 1), ['protocol']);
  assert.deepEqual(nearest('xyzzy', names, 3), []);
  assert.deepEqual(nearest('', names, 3), []);
});

test('quoted input is short and has no control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      const quoted = quoteInput(text);
      assert.ok(quoted.isWellFormed() && quoted.length <= 81 * 6 + 2);
      assert.doesNotMatch(quoted, /\p{Cc}/u);
    }),
  );
});
