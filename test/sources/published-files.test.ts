import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { fc } from '../support/properties.ts';
import { composeWith, readFolder, readLines } from '../support/published.ts';

test('Kubernetes manifests open node ports and host ports', () => {
  const text = `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  healthCheckNodePort: 32000
  ports:
    - {port: 80, nodePort: 30080}
    - {port: 53, protocol: UDP, nodePort: 30053}
    - {port: 81}
---
# a comment alone
---
{"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}, "spec": {"containers": [
    {"name": "c", "ports": [{"containerPort": 80, "hostPort": 8080, "hostIP": "127.0.0.1"}, {"containerPort": 81}]}]}},
  {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "job"}, "spec": {"jobTemplate": {"spec": {"template": {"spec":
    {"hostNetwork": true, "initContainers": [{"name": "c", "ports": [{"containerPort": 9100, "protocol": "SCTP"}]}]}}}}}}
]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: bad}
spec:
  template:
    spec:
      containers:
        - ports:
            - hostPort: 70000
            - hostPort: 80
              protocol: ICMP
            - hostPort: 80
              hostIP: here
            - hostPort: 80-81
            - hostPort: [1]
`;
  assert.deepEqual(readLines(text, 'k8s.yaml'), [
    '7 nodePort web * 30080/tcp',
    '8 nodePort web * 30053/udp',
    '5 nodePort web * 32000/tcp',
    '15 hostPort one 127.0.0.1 8080/tcp',
    '17 hostPort job * 9100/sctp',
    '28 bad: Cannot parse hostPort "70000": expected an integer from 0 to 65535.',
    '29 bad: Cannot parse protocol "ICMP": expected TCP, UDP or SCTP.',
    '31 bad: Cannot parse hostIP "here": expected an IP address.',
    '33 bad: Cannot parse hostPort "80-81": expected an integer from 0 to 65535.',
    '34 bad: Cannot parse hostPort "": expected an integer from 0 to 65535.',
  ]);
});

test('ports of Docker Compose that are no list cannot be checked', () => {
  for (const ports of ['80:80', '{80: 80}'])
    assert.deepEqual(readLines(`services:\n  web:\n    ports: ${ports}\n`), [
      '3 web: Cannot read its ports: expected a list such as ["8080:80"].',
    ]);
  for (const ports of ['', '[]', 'null']) assert.deepEqual(readLines(`services:\n  web:\n    ports: ${ports}\n`), []);
});

test('a .env file has ports in variables with the word PORT', () => {
  const text = `# ports
PORT=3000
export WEB_PORT = "8080" # published
STATSD_PORT_UDP='8125'
ADMIN_PORT=\${WEB_PORT}
BOUND_PORT=127.0.0.1:9000
RANGE_PORT=9100-9102/udp
DB_PORT=5432
DB_HOST=db.example.org
CACHE_PORT=6379
CACHE_HOST=127.0.0.1
PORT_MAIL=25
MAIL_KEY="two
PORT=1
lines"
SERIAL_PORT=/dev/ttyUSB0
IMPORT=90
OLD_PORT=1
OLD_PORT=2
ZERO_PORT=0
LARGE_PORT=70000
UNSET_PORT
`;
  assert.deepEqual(readLines(text, 'prod.env'), [
    '2 variable PORT * 3000/tcp',
    '3 variable WEB_PORT * 8080/tcp',
    '4 variable STATSD_PORT_UDP * 8125/udp',
    '5 variable ADMIN_PORT * 8080/tcp',
    '6 variable BOUND_PORT 127.0.0.1 9000/tcp',
    '7 variable RANGE_PORT * 9100-9102/udp',
    '10 variable CACHE_PORT * 6379/tcp',
    '12 variable PORT_MAIL * 25/tcp',
    '19 variable OLD_PORT * 2/tcp',
  ]);
});

describe('any text is read, or refused with an error of the file', () => {
  const word = fc.constantFrom(
    ...[
      'services',
      'ports',
      'web',
      'extends',
      'published',
      'target',
      'apiVersion',
      'kind',
      'List',
      'items',
      'Service',
      'Pod',
    ],
    ...[
      'spec',
      'containers',
      'nodePort',
      'hostPort',
      'template',
      'include',
      'PORT=',
      '<<',
      '&a',
      '*a',
      '---',
      '8080:80',
    ],
    ...[
      '"',
      "'",
      '$',
      '{',
      '}',
      '[',
      ']',
      ':',
      ': ',
      ', ',
      '- ',
      '? ',
      '! ',
      '|',
      '>',
      '#',
      '%',
      '=',
      ' ',
      '  ',
      '\n',
      '\r\n',
      '\t',
    ],
  );
  const text = fc.array(fc.oneof(word, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 60 });
  for (const name of ['f.yaml', 'f.env']) {
    test(name, () => {
      fc.assert(
        fc.property(text, (words) => {
          try {
            readLines(words.join(''), name);
          } catch (error) {
            assert.ok(error instanceof RegistryError, String(error));
            assert.match(error.message, /^f\.\w+:\d+: \S/);
          }
        }),
      );
    });
  }

  test('published ports are in range', () => {
    const port = fc.string({ unit: fc.constantFrom(...'0123456789-:./[]tcpud$'), maxLength: 16 });
    fc.assert(
      fc.property(port, (written) => {
        const { ports } = readFolder({ 'compose.yaml': composeWith(JSON.stringify(written)) });
        for (const { firstPort, lastPort } of ports)
          assert.ok(firstPort <= lastPort && firstPort >= 0 && lastPort > 0 && lastPort <= 65535);
      }),
    );
  });
});

describe('a file that cannot be read is refused with its line', () => {
  const bomb = [
    'a: &a0 [1, 1]',
    ...Array.from({ length: 40 }, (_, level) => `b${level}: &a${level + 1} [*a${level}, *a${level}]`),
  ];
  const list = 'apiVersion: v1, kind: List, items: [';
  const lists = [`a0: &l0 {apiVersion: v1, kind: Pod}`];
  for (let level = 1; level < 8; level++) {
    lists.push(
      `a${level}: &l${level} {${list}${Array(20)
        .fill(`*l${level - 1}`)
        .join(', ')}]}`,
    );
  }
  for (const [name, text, message] of [
    ['invalid YAML', 'services:\n  a: [1', /^f\.yaml:\d: expected YAML: /],
    ['an unknown anchor', 'services:\n  a: *b\n', /^f\.yaml:2: expected an anchor &b before \*b$/],
    ['an anchor below', 'services:\n  a: *b\nx: &b 1\n', /^f\.yaml:2: expected an anchor &b before \*b$/],
    ['a repeated key', 'services:\n  a: {}\n  "a": {}\n', /^f\.yaml:3: expected the key "a" once$/],
    ['deep nesting', `services: ${'['.repeat(100_000)}`, /^f\.yaml:1: it is nested too deeply$/],
    ['a merge of itself', 'services: &s\n  <<: *s\n', /^f\.yaml:2: it is nested too deeply$/],
    [
      'aliases that multiply',
      `${lists.join('\n')}\n${list.replaceAll(', ', '\n').replace('[', '[*l7]')}\n`,
      /^f\.yaml:\d+: expected at most 1000000 nodes with its aliases$/,
    ],
    ['more than 4 MiB', `#${'x'.repeat(4 * 1024 * 1024)}`, /^Cannot read f\.yaml: expected at most 4 MiB$/],
  ] as const) {
    test(name, () => assert.throws(() => readLines(text, 'f.yaml'), { code: 'invalid_argument', message }));
  }

  test('but aliases that nobody reads cost nothing', () => {
    assert.deepEqual(readLines(`${bomb.join('\n')}\nservices: {a: {ports: ["81:80"]}}\n`), ['42 ports a * 81/tcp']);
  });

  for (const [name, text, message] of [
    ['no variable', 'A=1\n<html>\n', 'f.env:2: expected a variable such as PORT=8080'],
    ['an open quote', 'A="1\n\n', 'f.env:1: expected a closing "'],
    ['a long line', `\nA=${'x'.repeat(20_000)}`, 'f.env:2: expected a line of at most 16384 characters'],
    ['more than 1 MiB', '#\n'.repeat(600_000), 'Cannot read f.env: expected at most 1 MiB'],
  ] as const) {
    test(name, () => assert.throws(() => readLines(text, 'f.env'), { code: 'invalid_argument', message }));
  }

  test('more than 10,000 published ports', () => {
    const ports = Array.from({ length: 10_001 }, (_, index) => `      - "${index + 1}:80"`).join('\n');
    const message = 'Cannot check compose.yaml: expected at most 10000 published ports in all files';
    assert.throws(() => readLines(`services:\n  web:\n    ports:\n${ports}\n`), { code: 'invalid_argument', message });
  });

  test('more than a million ports in ranges', () => {
    const ports = Array.from({ length: 16 }, (_, index) => `      - "1-65535:${index}"`).join('\n');
    const message = 'Cannot check compose.yaml: expected at most 1000000 ports in all ranges';
    assert.throws(() => readLines(`services:\n  web:\n    ports:\n${ports}\n`), { code: 'invalid_argument', message });
  });
});
