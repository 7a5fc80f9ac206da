import assert from 'node:assert/strict';
import { test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

async function text(path: string): Promise<string> {
  return (await request(product.app).get(path).set('Accept', 'text/plain')).text;
}

test('a port of one protocol begins with its name', async () => {
  // The list of other names grows.
  const lines = (await text('/ports/22/tcp')).replace(/(?:^other names: .+\n)+/m, 'other names: …\n');
  assert.equal(
    lines,
    `22/tcp  system  ssh
22  tcp  ssh  iana  The Secure Shell (SSH) Protocol
states: tcp assigned, udp assigned, sctp assigned, dccp unlisted
blocked by browsers
check linux: ss -lntp 'sport = :22'
check linux: sudo lsof -nP -iTCP:22 -sTCP:LISTEN
check macos: sudo lsof -nP -iTCP:22 -sTCP:LISTEN
check macos: netstat -anv -p tcp | awk '$4 ~ /[.]22$/ && $6 == "LISTEN"'
check windows: netstat -ano | findstr /r /c:"TCP.*:22 .*:0 "
check windows: Get-NetTCPConnection -LocalPort 22 -State Listen | Select-Object LocalAddress,LocalPort,OwningProcess
check freebsd: sockstat -46l -P tcp -p 22
other names: …
registry: 2026-08-05
`,
  );
});

test('the text of a dynamic port starts with the lack of an assignment, and every row is a line', async () => {
  const lines = (await text('/ports/60257')).split('\n');
  assert.equal(lines[0], '60257  dynamic  no official assignment');
  assert.ok(lines.includes('49152-65535  tcp      Xsan Filesystem Access          informal  Apple Xsan'));
  assert.ok(lines.filter((line) => !line.startsWith('check ')).every((line) => [...line].length <= 80));
});

test('the first line has all names of a port, the lines below have all rows', async () => {
  const lines = (await text('/ports/80')).split('\n');
  assert.equal(lines[0], '80  system  http, www, www-http');
  assert.deepEqual(
    lines.filter((line) => line.startsWith('80  ') && line.includes('iana')),
    [
      '80  tcp   http      iana  World Wide Web HTTP',
      '80  udp   http      iana  World Wide Web HTTP',
      '80  sctp  http      iana  HTTP',
      '80  tcp   www       iana  alias of http: World Wide Web HTTP',
      '80  udp   www       iana  alias of http: World Wide Web HTTP',
      '80  tcp   www-http  iana  alias of http: World Wide Web HTTP',
      '80  udp   www-http  iana  alias of http: World Wide Web HTTP',
    ],
  );
});

test('recorded uses and aliases are marked', async () => {
  assert.match(await text('/ports/3000'), /^3000 +tcp +remoteware-cl +iana +recorded: RemoteWare Client$/m);
  assert.match(await text('/services/sql*net'), /^66 +tcp +sql\*net +iana +alias of sql-net: Oracle SQL\*NET$/m);
});

test('an empty line separates ports', async () => {
  const blocks = (await text('/ports?ports=22/tcp,60257')).split('\n\n');
  assert.deepEqual(
    blocks.map((block) => block.split('\n')[0]),
    ['22/tcp  system  ssh', '60257  dynamic  no official assignment'],
  );
});

test('other resources have one line per item', async () => {
  assert.equal(
    await text('/ranges'),
    `0-1023       system   System Ports   RFC 6335, section 6
1024-49151   user     User Ports     RFC 6335, section 6
49152-65535  dynamic  Dynamic Ports  RFC 6335, section 6
`,
  );
  assert.match(
    await text('/registry'),
    /^registry: 2026-08-05\nassignments +iana +2026-08-05 {2}14270 rows {2}IANA Service/,
  );
  assert.match(await text('/ephemeral-ranges'), /^32768-60999 +Linux +current +4\.2 and later$/m);
});
