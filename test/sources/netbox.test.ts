import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, test } from 'node:test';
import { fetchServices } from '../../src/sources/netbox/fetch-services.ts';
import { toEntries } from '../../src/sources/netbox/netbox-entries.ts';
import { parseService } from '../../src/sources/netbox/netbox-service.ts';
import { startHttp } from '../support/http-server.ts';
import { answer, NETBOX_VERSIONS, type SimulatedService, simulateNetbox } from '../support/netbox.ts';

const TOKEN = 'Token 0123456789abcdef0123456789abcdef01234567';

/** Fetches the services of a NetBox as the command does, and converts them to entries. */
async function read(url: string, token: string | undefined = TOKEN.split(' ')[1]) {
  return toEntries((await fetchServices(url, token)).map(parseService), url);
}

describe('services of every version are the same entries', () => {
  const services: readonly SimulatedService[] = [
    { name: 'ssh', ports: ['tcp/22'], device: 'sw-2', description: 'Management', tags: ['managed'] },
    { name: 'ssh', ports: ['tcp/22'], device: 'sw-1', tags: ['access', 'managed'] },
    { name: 'low', ports: ['sctp/0', 'sctp/65535'], machine: 'vm-1' },
    { name: 'billing', ports: ['tcp/20500', 'tcp/20444', 'tcp/20443'], machine: 'vm-1' },
  ];
  for (const version of NETBOX_VERSIONS) {
    test(version, async (t) => {
      const url = await startHttp(t, simulateNetbox({ version, authorization: TOKEN, services, largestPage: 3 }));
      const common = { hosts: ['vm-1'], protocols: ['tcp'], sources: [{ title: 'NetBox', url }] };
      const ssh = { hosts: ['sw-1', 'sw-2'], note: 'Management', tags: ['access', 'managed'] };
      assert.deepEqual(await read(url), [
        { ...common, name: 'billing', firstPort: 20443, lastPort: 20444 },
        { ...common, name: 'billing', firstPort: 20500, lastPort: 20500 },
        { ...common, name: 'low', firstPort: 0, lastPort: 0, protocols: ['sctp'] },
        { ...common, name: 'low', firstPort: 65535, lastPort: 65535, protocols: ['sctp'] },
        { ...common, ...ssh, name: 'ssh', firstPort: 22, lastPort: 22 },
      ]);
    });
  }

  test('a service on several protocols, and one on more than 100 hosts', async (t) => {
    const hosts = Array.from({ length: 150 }, (_, index) => `sw-${String(index).padStart(3, '0')}`);
    const many = hosts.map((device) => ({ name: 'ssh', ports: ['tcp/22'], device }));
    const dns = { name: 'dns', ports: ['tcp/53', 'udp/53', 'udp/5353'] };
    const url = await startHttp(t, simulateNetbox({ version: '4.7', authorization: TOKEN, services: [...many, dns] }));
    const entries = await read(url);
    assert.deepEqual(
      entries.map(({ name, firstPort, protocols, hosts = [] }) => [name, firstPort, protocols.join(), hosts.length]),
      [
        ['dns', 53, 'tcp,udp', 0],
        ['dns', 5353, 'udp', 0],
        ['ssh', 22, 'tcp', 100],
        ['ssh', 22, 'tcp', 50],
      ],
    );
  });

  test('with a token of version 2, which is a bearer token', async (t) => {
    const authorization = 'Bearer nbt_key.secret';
    const url = await startHttp(t, simulateNetbox({ version: '4.5', authorization, services }));
    assert.equal((await read(url, 'nbt_key.secret')).length, 5);
  });
});

test('an invalid address and an invalid token are refused without a request', async () => {
  const address =
    'Cannot parse the address of --netbox: expected one such as https://netbox.example.org, without user name and query';
  for (const url of ['localhost', 'ftp://localhost', 'http://user:secret@localhost', 'http://localhost/?a', ''])
    await assert.rejects(fetchServices(url, 'x'), { code: 'invalid_argument', message: address });
  const token = 'Cannot use the token of NETBOX_TOKEN: expected 1 to 1000 characters of ASCII without blanks';
  for (const text of ['', 'two words', 'a\r\nb', 'ü'])
    await assert.rejects(fetchServices('http://localhost:9', text), { code: 'invalid_argument', message: token });
});

describe('the token is never sent to another host', () => {
  const page = (next: string) => ({ count: 2, next, previous: null, results: [] });

  test('which the next page is on', async (t) => {
    const requests: string[] = [];
    const other = await startHttp(t, simulateNetbox({ version: '4.5', authorization: TOKEN, services: [] }, requests));
    const next = other.replace('127.0.0.1', 'localhost');
    const url = await startHttp(t, (_request, response) =>
      answer(response, 200, page(`${next}/api/ipam/services/?offset=1`)),
    );
    const { host, hostname } = new URL(url);
    const message = `Cannot read all services of ${host}: it names "${new URL(next).host}/api/ipam/services/" as the next page, and the token is only sent to ${hostname}`;
    await assert.rejects(read(url), { code: 'unavailable', message });
    assert.deepEqual(requests, []);
  });

  test('nor to another port of the host: a proxy may have changed it in the address of the next page', async (t) => {
    const requests: string[] = [];
    const others: string[] = [];
    const services = ['a', 'b', 'c'].map((name) => ({ name, ports: ['tcp/20007'] }));
    const netbox = { version: '4.5', authorization: TOKEN, services, largestPage: 2 } as const;
    const other = await startHttp(t, simulateNetbox(netbox, others));
    const url = await startHttp(t, simulateNetbox({ ...netbox, origin: other }, requests));
    assert.equal((await read(url)).length, 3);
    assert.deepEqual([requests.length, others], [2, []]);
  });

  test('to which it redirects', async (t) => {
    const requests: string[] = [];
    const other = await startHttp(t, simulateNetbox({ version: '4.5', authorization: TOKEN, services: [] }, requests));
    const url = await startHttp(t, (_request, response) => response.writeHead(301, { Location: other }).end());
    const message = `Cannot read ${url}/api/ipam/services/: it redirects to "${other}": name the final address`;
    await assert.rejects(read(url), { code: 'unavailable', message });
    assert.deepEqual(requests, []);
  });
});

describe('an answer that cannot be imported is refused in one sentence', () => {
  const service = { id: 7, name: 'web', protocol: { value: 'tcp', label: 'TCP' }, ports: [80], tags: [] };
  const services = (...results: unknown[]): RequestListener => {
    return (_request, response) => answer(response, 200, { count: 1, next: null, previous: null, results });
  };
  const text = (status: number, body: string): RequestListener => {
    return (_request, response) => response.writeHead(status).end(body);
  };
  for (const [name, listener, sentence] of [
    [
      'status 403',
      text(403, '{"detail":"Invalid\\nv1 token"}'),
      'Cannot read URL: expected status 200, got 403 (Invalid v1 token)',
    ],
    ['status 404', text(404, '<h1>Not Found</h1>'), 'Cannot read URL: expected status 200, got 404'],
    ['no JSON', text(200, '<h1>Welcome</h1>'), 'Cannot read URL: expected a page of services as JSON'],
    ['no page', text(200, '[]'), 'Cannot read URL: expected a page of services as JSON'],
    [
      'more than 32 MiB',
      text(200, ' '.repeat(33 * 1024 * 1024)),
      'Cannot read URL: expected at most 32 MiB for one page',
    ],
    ['no service', services(7), 'Cannot read a service "7" of NetBox: expected an object'],
    ['no id', services({ ...service, id: '7' }), 'Cannot read the id "7" of NetBox: expected a whole number'],
    ['no name', services({ ...service, name: ' ' }), 'Cannot read the name of service 7 of NetBox: expected a text'],
    [
      'no ports',
      services({ ...service, ports: null }),
      'Cannot read the ports of service 7 of NetBox: expected a list of numbers, or port_mappings',
    ],
    [
      'a large port',
      services({ ...service, ports: [65535, 65536] }),
      'Cannot read the port "65536/tcp" of service 7 of NetBox: expected an integer from 0 to 65535 on tcp, udp or sctp',
    ],
    [
      'another protocol',
      services({ ...service, protocol: { value: 'icmp' } }),
      'Cannot read the port "80/icmp" of service 7 of NetBox: expected an integer from 0 to 65535 on tcp, udp or sctp',
    ],
    [
      'another mapping',
      services({ ...service, port_mappings: ['tcp/80', '80'] }),
      'Cannot read the port mapping "80" of service 7 of NetBox: expected an integer from 0 to 65535 on tcp, udp or sctp',
    ],
    [
      'a control character',
      services({ ...service, name: 'a\u001b' }),
      /^Cannot import service 7 of NetBox: Cannot read name /,
    ],
  ] as const) {
    test(name, async (t) => {
      const url = await startHttp(t, listener);
      const message = typeof sentence === 'string' ? sentence.replace('URL', `${url}/api/ipam/services/`) : sentence;
      await assert.rejects(read(url), { name: 'RegistryError', message });
    });
  }

  test('a list of pages without an end', async (t) => {
    const url = await startHttp(t, (request, response) => {
      answer(response, 200, { count: 1, next: request.url ?? '', previous: null, results: [] });
    });
    const message = `Cannot read ${url}/api/ipam/services/: expected at most 1000 pages, none of them twice`;
    await assert.rejects(read(url), { code: 'unavailable', message });
  });

  test('a page of too many services', async (t) => {
    const results = Array.from({ length: 200_000 }, () => 1);
    const url = await startHttp(t, (_request, response) => {
      answer(response, 200, { count: results.length, next: null, previous: null, results });
    });
    const message = `Cannot read ${url}/api/ipam/services/: expected at most 100000 services`;
    await assert.rejects(read(url), { code: 'unavailable', message });
  });

  test('without a token, the sentence names its variable', async (t) => {
    const url = await startHttp(t, simulateNetbox({ version: '4.5', authorization: TOKEN, services: [] }));
    const message = `Cannot read ${url}/api/ipam/services/: expected status 200, got 403 (Invalid v1 token); the command sends the token of NETBOX_TOKEN`;
    await assert.rejects(fetchServices(url, undefined), { code: 'unavailable', message });
  });
});
