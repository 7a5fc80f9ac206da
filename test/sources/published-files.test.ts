import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatSpan } from '../../src/registry/values/port-range.ts';
import { interpolate } from '../../src/sources/published/interpolate.ts';
import { PublishedCollector } from '../../src/sources/published/published-collector.ts';
import { readPublished } from '../../src/sources/published/read-published.ts';

const NO_VARIABLES = new Map<string, string>();

/** Reads a file, and returns one line for each published port and each part that is unchecked. */
function read(text: string, name = 'compose.yaml', variables = NO_VARIABLES): string[] {
  const collector = new PublishedCollector();
  readPublished({ name, folder: '/p', variablesName: '.env', variablesFolder: '/p' }, text, variables, collector);
  const published = collector.published();
  const ports = published.ports.map(
    (port) => `${port.line} ${port.setting} ${port.name} ${port.address ?? '*'} ${formatSpan(port)}/${port.protocol}`,
  );
  return [...ports, ...published.unchecked.map(({ line, name, detail }) => `${line} ${name}: ${detail}`)];
}

function compose(port: string): string {
  return `services:\n  web:\n    ports:\n      - ${port}\n`;
}

describe('a port of Docker Compose', () => {
  for (const [port, expected] of [
    ['"8080:80"', '* 8080/tcp'],
    ['8080:80', '* 8080/tcp'],
    ['22:22', '* 22/tcp'],
    ['"53:53/udp"', '* 53/udp'],
    ['"53:53/UDP"', '* 53/udp'],
    ['"65535:80"', '* 65535/tcp'],
    ['"3000-3005:3000-3005"', '* 3000-3005/tcp'],
    ['"9000-9010:80"', '* 9000-9010/tcp'],
    ['"127.0.0.1:8001:8001"', '127.0.0.1 8001/tcp'],
    ['"localhost:8001:8001"', '127.0.0.1 8001/tcp'],
    ['"0.0.0.0:8001:8001"', '* 8001/tcp'],
    ['"127.0.0.1:5000-5010:5000-5010/udp"', '127.0.0.1 5000-5010/udp'],
    ['"[::1]:8001:8001"', '::1 8001/tcp'],
    ['"[0:0:0:0:0:0:0:1]:8001:8001"', '::1 8001/tcp'],
    ['"::1:8001:8001"', '::1 8001/tcp'],
    ['"[::]:8001:8001"', '* 8001/tcp'],
    ['{target: 80, published: 8080}', '* 8080/tcp'],
    ['{target: 80, published: "8080-8081", host_ip: 127.0.0.1, protocol: udp, mode: host}', '127.0.0.1 8080-8081/udp'],
    [`"\${P:-81}:80"`, '* 81/tcp'],
    [`{target: 80, published: "\${P-82}"}`, '* 82/tcp'],
  ] as const) {
    test(port, () => assert.deepEqual(read(compose(port)), [`4 ports web ${expected}`]));
  }

  for (const port of ['"80"', '80', '"3000-3005"', '"80/udp"', '"127.0.0.1::80"', '"0:80"', '{target: 80}']) {
    test(`${port}, which the system selects`, () => assert.deepEqual(read(compose(port)), []));
  }

  for (const [port, detail] of [
    [
      '"70000:80"',
      'Cannot parse the published port "70000": expected an integer from 0 to 65535, or a range such as 3000-3005.',
    ],
    [
      '"81-80:80"',
      'Cannot parse the published port "81-80": expected an integer from 0 to 65535, or a range such as 3000-3005.',
    ],
    ['"80:80/icmp"', 'Cannot parse the protocol "icmp": expected tcp, udp or sctp.'],
    ['"example.org:80:80"', 'Cannot parse the address "example.org": expected an IP address.'],
    ['[80]', 'Cannot parse the published port: expected a text such as "8080:80".'],
    [`"\${P}:80"`, `Cannot tell the published port of "\${P}:80": the variable P has no value in .env.`],
    [
      `"\${P:?set it}:80"`,
      `Cannot tell the published port of "\${P:?set it}:80": the variable P has no value in .env.`,
    ],
  ] as const) {
    test(`${port} is unchecked`, () => assert.deepEqual(read(compose(port)), [`4 web: ${detail}`]));
  }
});

test('variables are replaced as Docker Compose does', () => {
  const variables = new Map([
    ['A', '1'],
    ['EMPTY', ''],
  ]);
  for (const [text, expected, missing = []] of [
    ['$A', '1'],
    ['$A$A', '11'],
    [`\${A}`, '1'],
    [`x\${A}y`, 'x1y'],
    ['$$A', '$A'],
    ['$', '$'],
    [`\${`, `\${`],
    [`\${-}`, `\${-}`],
    ['$1', '$1'],
    [`\${A:-2}`, '1'],
    [`\${EMPTY:-2}`, '2'],
    [`\${EMPTY-2}`, ''],
    [`\${B:-2}`, '2'],
    [`\${B-2}`, '2'],
    [`\${B:-\${C:-3}}`, '3'],
    [`\${B:-$A}`, '1'],
    [`\${A:+2}`, '2'],
    [`\${EMPTY:+2}`, ''],
    [`\${EMPTY+2}`, '2'],
    [`\${B:+2}`, ''],
    ['$B', '', ['B']],
    [`\${B}`, '', ['B']],
    [`\${EMPTY:?no}`, '', ['EMPTY']],
    [`\${EMPTY?no}`, ''],
  ] as const) {
    const replaced = interpolate(text, variables);
    assert.deepEqual([replaced.text, replaced.missing], [expected, missing], text);
  }
});

test('a Compose file has anchors, merge keys, included files and services on the network of the host', () => {
  const text = `
include: [other.yaml]
x-ports: &ports
  ports: ["81:80"]
services:
  a: {<<: *ports, image: nginx}
  b:
    <<: [*ports]
    ports: !override ["82:80"]
  c: {network_mode: host}
  d: null
`;
  assert.deepEqual(read(text), [
    '4 ports a * 81/tcp',
    '9 ports b * 82/tcp',
    '2 include: The files that it includes are not read: check them too.',
    '10 c: It uses the network of the host: the file does not say on which ports.',
  ]);
});

test('a service of a Compose file has the ports of the service that it extends', () => {
  const text = `services:
  base: {ports: ["81:80"]}
  a: {extends: base, ports: ["81:80", "82:80"]}
  b: {extends: {service: a}}
  c: {extends: {file: common.yaml, service: web}}
  d: {extends: d}
`;
  const detail = 'It extends a service that is not in this file: its ports are not read.';
  assert.deepEqual(read(text), [
    '2 ports base * 81/tcp',
    '3 ports a * 81/tcp',
    '3 ports a * 82/tcp',
    '3 ports b * 81/tcp',
    '3 ports b * 82/tcp',
    `5 c: ${detail}`,
    `6 d: ${detail}`,
  ]);
});

test('variables of a .env file are not read twice', () => {
  const collector = new PublishedCollector();
  const add = (name: string, text: string): void =>
    readPublished({ name, folder: '/p', variablesName: '.env', variablesFolder: '/p' }, text, NO_VARIABLES, collector);
  add('.env', 'PORT=3000\nOTHER_PORT=3001\nWEB_PORT=80\nFREE_PORT=81\n');
  add('web.env', 'INNER_PORT=82\n');
  add('worker.env', 'INNER_PORT=83\n');
  add('job.env', 'INNER_PORT=84\n');
  add(
    'compose.yaml',
    `services:
  web: {ports: ["80:3000", {target: 3001}], env_file: [./web.env, {path: worker.env}]}
  job: {env_file: ./job.env}
`,
  );
  assert.deepEqual(
    collector.published().ports.map(({ name, firstPort }) => `${name} ${firstPort}`),
    ['FREE_PORT 81', 'web 80'],
  );
});

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
  assert.deepEqual(read(text, 'k8s.yaml'), [
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
  assert.deepEqual(read(text, 'prod.env'), [
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
    test(name, () => assert.throws(() => read(text, 'f.yaml'), { code: 'invalid_argument', message }));
  }

  test('but aliases that nobody reads cost nothing', () => {
    assert.deepEqual(read(`${bomb.join('\n')}\nservices: {a: {ports: ["81:80"]}}\n`), ['42 ports a * 81/tcp']);
  });

  for (const [name, text, message] of [
    ['no variable', 'A=1\n<html>\n', 'f.env:2: expected a variable such as PORT=8080, got "<html>"'],
    ['an open quote', 'A="1\n\n', 'f.env:1: expected a closing "'],
    ['a long line', `\nA=${'x'.repeat(20_000)}`, 'f.env:2: expected a line of at most 16384 characters'],
    ['more than 1 MiB', '#\n'.repeat(600_000), 'Cannot read f.env: expected at most 1 MiB'],
  ] as const) {
    test(name, () => assert.throws(() => read(text, 'f.env'), { code: 'invalid_argument', message }));
  }

  test('more than 10,000 published ports', () => {
    const ports = Array.from({ length: 10_001 }, (_, index) => `      - "${index + 1}:80"`).join('\n');
    const message = 'Cannot check compose.yaml: expected at most 10000 published ports in all files';
    assert.throws(() => read(`services:\n  web:\n    ports:\n${ports}\n`), { code: 'invalid_argument', message });
  });

  test('more than a million ports in ranges', () => {
    const ports = Array.from({ length: 16 }, (_, index) => `      - "1-65535:${index}"`).join('\n');
    const message = 'Cannot check compose.yaml: expected at most 1000000 ports in all ranges';
    assert.throws(() => read(`services:\n  web:\n    ports:\n${ports}\n`), { code: 'invalid_argument', message });
  });
});
