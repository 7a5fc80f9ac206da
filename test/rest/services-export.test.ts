import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { INFORMAL_ROWS, OFFICIAL_ROWS } from '../support/bundled-rows.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';
import { namedPorts, parseServices } from '../support/services-file.ts';

const product = useProduct();

/** The informal uses that can name a port: historic malware does not. */
const NAMING_ROWS = INFORMAL_ROWS.filter(({ category }) => category !== 'malware');

async function download(path: string): Promise<string> {
  const { status, text } = await request(product.app).get(path);
  assert.equal(status, 200);
  return text;
}

describe('services', () => {
  test('has a line for every port and protocol with an official name, and no other', async () => {
    const services = parseServices(await download('/export/services'));
    assert.deepEqual([...services.keys()].sort(), namedPorts(OFFICIAL_ROWS));
    const ports = [...services.values()].map(({ port }) => port);
    assert.deepEqual(
      ports,
      ports.toSorted((a, b) => a - b),
    );
  });

  test('uses the first name of the report as the name, the others and other names as aliases, and the description as the comment', async () => {
    for (const { port, protocol, ...entry } of parseServices(await download('/export/services')).values()) {
      const rows = product.registry.port(port, protocol as 'tcp').assignments;
      const named = rows.filter(({ serviceName }) => serviceName !== null);
      const [name, ...aliases] = new Set(named.map(({ serviceName }) => serviceName));
      const ofRows = { ...entry, aliases: entry.aliases.slice(0, aliases.length) };
      const expected = { name, aliases, comment: named[0]?.description ?? null };
      assert.deepEqual(ofRows, expected, `${port}/${protocol}`);
      const known = product.registry.port(port, protocol as 'tcp').otherNames.map((one) => one.name);
      for (const alias of entry.aliases.slice(aliases.length)) assert.ok(known.includes(alias), alias);
    }
  });

  test('handles special cases', async () => {
    const services = parseServices(await download('/export/services'));
    const place = (key: string) => {
      const { name, aliases, port, protocol } = services.get(key) ?? {
        name: null,
        aliases: [],
        port: 0,
        protocol: 'tcp',
      };
      const rows = product.registry.port(port, protocol as 'tcp').assignments.map(({ serviceName }) => serviceName);
      return [name, ...aliases.filter((alias) => rows.includes(alias))].join(' ');
    };
    const { aliases = [], ...http } = services.get('80/tcp') ?? {};
    assert.deepEqual(http, { name: 'http', port: 80, protocol: 'tcp', comment: 'World Wide Web HTTP' });
    assert.deepEqual(aliases.slice(0, 2), ['www', 'www-http']);
    for (const alias of ['httpd', 'nginx']) assert.ok(aliases.includes(alias));
    assert.ok(services.get('111/tcp')?.aliases.includes('rpcbind'));
    const cases = [
      ['66/tcp', 'sql-net sql*net'],
      ['63/udp', 'whoispp whois++'],
      ['465/tcp', 'submissions urd'],
      ['465/udp', 'igmpv3lite'],
      ['6667/tcp', 'ircu'],
      ['6667/udp', ''],
      ['7775/tcp', 'inetfs'],
      ['60257/tcp', ''],
      ...['tcp', 'udp', 'sctp', 'dccp'].map((protocol) => [`4242/${protocol}`, 'vrml-multi-use']),
    ] as const;
    for (const [key = '', names] of cases) assert.equal(place(key), names, key);
    for (let port = 6000; port <= 6063; port++) {
      for (const protocol of ['tcp', 'udp']) assert.equal(place(`${port}/${protocol}`), 'x11');
    }
    assert.deepEqual([place('5999/tcp'), place('6064/tcp'), place('6010/sctp')], ['cvsup', 'ndl-ahp-svc', '']);
  });
});

describe('names of other origins', () => {
  test('are the ids of the uses; a range of more than 256 ports is left out', async () => {
    const services = parseServices(await download('/export/services?origin=informal'));
    assert.deepEqual([...services.keys()].sort(), namedPorts(NAMING_ROWS));
    const ids = INFORMAL_ROWS.map(({ key }) => key);
    for (const { name } of services.values()) assert.ok(ids.includes(name), name);
    assert.equal(services.get('6010/tcp')?.name, 'ssh-x11-forwarding');
    const wide = INFORMAL_ROWS.filter(({ firstPort, lastPort }) => Number(lastPort) - Number(firstPort) > 255);
    assert.ok(wide.length > 5);
    const names = new Set([...services.values()].flatMap(({ name, aliases }) => [name, ...aliases]));
    for (const { key } of wide) assert.ok(!names.has(key), key);
  });

  test('are ordered with official ones by prominence', async () => {
    const services = parseServices(await download('/export/services?origin=iana,informal'));
    assert.deepEqual([...services.keys()].sort(), namedPorts([...OFFICIAL_ROWS, ...NAMING_ROWS]));
    const { name, aliases, comment } = services.get('6010/tcp') ?? {};
    assert.deepEqual([name, aliases?.[0], comment], ['x11', 'ssh-x11-forwarding', 'X Window System']);
    const named = (key: string) => services.get(key)?.name;
    assert.deepEqual(
      [named('80/tcp'), named('8006/tcp'), named('6443/tcp')],
      ['http', 'proxmox-ve-web', 'kubernetes-api-server'],
    );
    assert.equal(
      await download('/export/services?origin=Informal,%20IANA'),
      await download('/export/services?origin=iana,informal'),
    );
  });

  test('are absent without own entries', async () => assert.equal(await download('/export/services?origin=own'), ''));

  test('of an unknown origin are refused', async () => {
    for (const origin of ['ours', '', 'iana,', 'iana+informal']) {
      const { status, body } = await request(product.app).get(`/export/services?origin=${origin}`);
      assert.equal(status, 400);
      assert.match(body.detail, /^Cannot parse origin ".*": expected iana, informal, own, with commas between$/);
    }
    assert.equal((await request(product.app).get('/export/csv?origin=iana')).status, 400, 'CSV has no other origin');
  });
});

test('nmap-services has the same names except for DCCP, one per line and nothing else', async () => {
  for (const origin of ['iana', 'informal', 'iana,informal']) {
    const services = parseServices(await download(`/export/services?origin=${origin}`));
    const lines = (await download(`/export/nmap-services?origin=${origin}`)).split('\n').slice(0, -1);
    const known = [...services.values()].filter(({ protocol }) => protocol !== 'dccp');
    const expected = known.map(({ name, port, protocol, comment }) =>
      [name, `${port}/${protocol}`, ...(comment === null ? [] : [`# ${comment}`])].join('\t'),
    );
    assert.deepEqual(lines, expected);
  }
});
