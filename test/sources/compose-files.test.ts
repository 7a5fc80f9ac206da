import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseEnv } from '../../src/sources/published/env-file.ts';
import { interpolate } from '../../src/sources/published/interpolate.ts';
import { composeWith, readFolder, readLines } from '../support/published.ts';

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
    test(port, () => assert.deepEqual(readLines(composeWith(port)), [`4 ports web ${expected}`]));
  }

  for (const port of ['"80"', '80', '"3000-3005"', '"80/udp"', '"127.0.0.1::80"', '"0:80"', '{target: 80}']) {
    test(`${port}, which the system selects`, () => assert.deepEqual(readLines(composeWith(port)), []));
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
    [`"\${P}:80"`, `Cannot determine the published port of "\${P}:80": the variable P has no value in .env.`],
    [
      `"\${P:?set it}:80"`,
      `Cannot determine the published port of "\${P:?set it}:80": the variable P has no value in .env.`,
    ],
  ] as const) {
    test(`${port} is unchecked`, () => assert.deepEqual(readLines(composeWith(port)), [`4 web: ${detail}`]));
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

test('a Compose file has anchors, merge keys and services on the network of the host', () => {
  const text = `
name: shop
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
  assert.deepEqual(readLines(text), [
    '4 ports a * 81/tcp',
    '9 ports b * 82/tcp',
    '10 c: It uses the network of the host: the file does not say on which ports.',
  ]);
});

test('an entry of include that is no local file is unchecked', () => {
  const text = `include:
  - oci://registry.example.org/stack:1
  - https://example.org/stack.git
  - git@example.org:stack.git
  - {path: [local.yaml, "ssh://example.org/a"]}
  - {env_file: .env}
  - ""
  - \${MISSING}/compose.yaml
  - [a.yaml]
`;
  const remote = (line: number, address: string) =>
    `${line} include: The included file "${address}" is not on this machine: it is not read.`;
  const noPath = 'include: Cannot read the included file: expected a path.';
  assert.deepEqual(readLines(text), [
    remote(2, 'oci://registry.example.org/stack:1'),
    remote(3, 'https://example.org/stack.git'),
    remote(4, 'git@example.org:stack.git'),
    remote(5, 'ssh://example.org/a'),
    `6 ${noPath}`,
    `7 ${noPath}`,
    '8 include: Cannot read the included file: the variable MISSING has no value.',
  ]);
  const list = 'include: Cannot read the included files: expected a list of paths.';
  for (const one of ['a.yaml', '{path: a.yaml}']) assert.deepEqual(readLines(`include: ${one}\n`), [`1 ${list}`]);
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
  assert.deepEqual(readLines(text), [
    '2 ports base * 81/tcp',
    '3 ports a * 81/tcp',
    '3 ports a * 82/tcp',
    '3 ports b * 81/tcp',
    '3 ports b * 82/tcp',
    `5 c: ${detail}`,
    `6 d: ${detail}`,
  ]);
});

test('a long chain of services that extend each other is read', () => {
  const services = Array.from({ length: 5_000 }, (_, index) => `  s${index}: {extends: s${index + 1}}\n`);
  // The first service reads the whole chain, and the limit of nodes stops the others.
  const message = /^compose\.yaml:\d+: expected at most 1000000 nodes with its aliases$/;
  assert.throws(() => readLines(`services:\n${services.join('')}`, 'compose.yaml'), { message });
});

test('variables of a .env file are not read twice', () => {
  const { ports } = readFolder({
    '.env': 'PORT=3000\nOTHER_PORT=3001\nWEB_PORT=80\nFREE_PORT=81\n',
    'web.env': 'INNER_PORT=82\n',
    'worker.env': 'INNER_PORT=83\n',
    'job.env': 'INNER_PORT=84\n',
    'compose.yaml': `services:
  web: {ports: ["80:3000", {target: 3001}], env_file: [./web.env, {path: worker.env}]}
  job: {env_file: ./job.env}
`,
  });
  assert.deepEqual(
    ports.map(({ name, firstPort }) => `${name} ${firstPort}`),
    ['FREE_PORT 81', 'web 80'],
  );
});

test('variables that contain each other many times have values of at most 16,384 characters', () => {
  const lines = ['A=1234567890', ...['B', 'C', 'D'].map((name, index) => `${name}=${`$${'ABC'[index]}`.repeat(450)}`)];
  const found = parseEnv('.env', lines.join('\n')).map(({ value }) => value.length);
  assert.deepEqual(found, [10, 4_500, 16_384, 16_384]);
});

test('a quoted value has several lines, and a backslash before a quote belongs to it', () => {
  const text = 'A="1\n\\"2\\\\\n3" # end\nB=\'4\\\n5\' \nC=6\n';
  assert.deepEqual(parseEnv('.env', text), [
    { name: 'A', value: '1\n\\"2\\\\\n3', line: 1 },
    { name: 'B', value: '4\\\n5', line: 4 },
    { name: 'C', value: '6', line: 6 },
  ]);
  assert.throws(() => parseEnv('.env', 'A=1\nB="2\n3'), { message: '.env:2: expected a closing "' });
});
