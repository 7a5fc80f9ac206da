import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Service } from '../../src/registry/port-lookup.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

async function service(name: string): Promise<Service> {
  const { status, body } = await request(product.app).get(`/services/${encodeURIComponent(name)}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

function targets({ otherNameOf }: Service): string[] {
  return otherNameOf.map(({ name, firstPort, protocols }) => `${name} ${firstPort}/${protocols.join('/')}`);
}

describe('another name leads to the rows of its port', () => {
  const cases = [
    ['dns', 'domain 53/tcp/udp'],
    ['DNS', 'domain 53/tcp/udp'],
    ['name server', 'domain 53/tcp/udp'],
    ['rpcbind', 'sunrpc 111/tcp/udp'],
    ['msrpc', 'epmap 135/tcp/udp'],
    ['jetdirect', 'pdl-datastream 9100/tcp'],
    ['kube-apiserver', 'Kubernetes API server 6443/tcp'],
    ['squid cache', 'Squid web proxy 3128/tcp'],
    ['sldap', 'ldaps 636/tcp/udp'],
  ] as const;
  for (const [name, first] of cases) {
    test(name, async () => {
      const answer = await service(name);
      assert.equal(targets(answer)[0], first);
      assert.equal(answer.name.toLowerCase(), name.toLowerCase());
      const rows = [...answer.assignments, ...answer.associations];
      const names = rows.map((row) => ('id' in row ? row.name : row.serviceName));
      assert.deepEqual(new Set(names), new Set(answer.otherNameOf.map((target) => target.name)));
    });
  }
});

test('a name that is also another name has its own rows first among those with a port', async () => {
  const { name, assignments, otherNameOf } = await service('RDP');
  assert.equal(name, 'rdp');
  assert.deepEqual(
    assignments.map(({ serviceName, firstPort, protocol }) => `${serviceName} ${firstPort}/${protocol}`),
    ['ms-wbt-server 3389/tcp', 'ms-wbt-server 3389/udp', 'rdp null/null', 'rdp null/null'],
  );
  const { assignments: ofHttp } = await service('http');
  assert.deepEqual([ofHttp[0]?.serviceName, ofHttp[0]?.firstPort], ['http', 80]);
  assert.deepEqual(otherNameOf[0], {
    name: 'ms-wbt-server',
    origin: 'iana',
    firstPort: 3389,
    protocols: ['tcp', 'udp'],
  });
});

test('a plain name is another name of nothing, and an unknown one is not found', async () => {
  assert.deepEqual((await service('ssh')).otherNameOf, []);
  const { status, body } = await request(product.app).get('/services/sssh');
  assert.deepEqual([status, body.suggestions.includes('ssh')], [404, true]);
});

test('all formats and GraphQL have the rows that a name leads to', async () => {
  const { body } = await request(product.app).get('/services/dns');
  const query = '{ service(name: "dns") { name otherNameOf { name origin firstPort protocols } } }';
  const { data } = (await request(product.app).post('/graphql').send({ query })).body;
  assert.deepEqual(data.service, {
    name: body.name,
    otherNameOf: [{ name: 'domain', origin: 'IANA', firstPort: 53, protocols: ['TCP', 'UDP'] }],
  });
  const { text } = await request(product.app).get('/services/dns?format=text');
  assert.match(text, /^other name of: domain 53\/tcp\/udp\n53 {2}tcp {2}domain {2}iana/);
  const page = await request(product.app).get('/services/dns?format=html');
  assert.match(
    page.text,
    /Another name of <a href="\/services\/domain"><bdi>domain<\/bdi><\/a> <a href="\/ports\/53">53<\/a> tcp, udp/,
  );
  const csv = await request(product.app).get('/services/dns?format=csv');
  assert.match(csv.text, /\nassignment,domain,53,53,tcp,/);
});

test('the name of a program leads to the use that it is known for', async () => {
  const { body } = await request(product.app).get('/services/Squid');
  assert.deepEqual(
    { ...body, associations: body.associations.map(({ id }: { id: string }) => id) },
    {
      name: 'Squid',
      assignments: [],
      associations: ['squid-proxy'],
      otherNameOf: [{ name: 'Squid web proxy', origin: 'informal', firstPort: 3128, protocols: ['tcp'] }],
      retired: [],
    },
  );
  for (const path of ['/services/3128', '/services/3128%2Ftcp', '/services/squid?asOf=2026-08-05'])
    assert.equal((await request(product.app).get(path)).status, 404, path);
});

test('the report of a port lists its other names in every format', async () => {
  const { body } = await request(product.app).get('/ports/53/tcp');
  const names: string[] = body.otherNames.map(({ name }: { name: string }) => name);
  assert.ok(names.includes('DNS'));
  for (const one of body.otherNames) {
    assert.deepEqual(Object.keys(one), ['name', 'protocols', 'sources']);
    assert.ok(one.protocols.includes('tcp'));
    assert.ok(one.sources.length > 0);
  }
  const text = (await request(product.app).get('/ports/53/tcp?format=text')).text;
  assert.ok(text.includes('other names: ') && names.every((name) => text.includes(name)));
  const page = (await request(product.app).get('/ports/53?format=html')).text;
  const listed = /<details class="names">.*?<\/details>/s.exec(page)?.[0] ?? '';
  const escaped = names.map((name) => name.replaceAll('&', '&amp;'));
  assert.deepEqual(
    escaped.filter((name) => !listed.includes(name)),
    [],
  );
  assert.deepEqual((await request(product.app).get('/ports/60257')).body.otherNames, []);
});

test('an own entry is found by its other names', async () => {
  const entry = { name: 'billing-api', firstPort: 8443, otherNames: ['Invoices', 'pay'] };
  const created = await request(product.app)
    .post('/associations')
    .set('Authorization', product.bearer('write'))
    .send(entry)
    .expect(201);
  assert.deepEqual(created.body.otherNames, entry.otherNames);
  const { name, associations, otherNameOf } = await service('invoices');
  assert.deepEqual([name, associations[0]?.id], ['invoices', created.body.id]);
  assert.deepEqual(otherNameOf, [{ name: 'billing-api', origin: 'own', firstPort: 8443, protocols: ['tcp'] }]);
  const { text } = await request(product.app).get('/export/services?origin=own');
  assert.equal(text, 'billing-api     8443/tcp Invoices pay\t# billing-api\n');
});

test('a name for the first port of a range finds the range once', async () => {
  const { body } = await request(product.app).get('/search?q=mosh&origin=informal');
  const places = body.results.map(({ name, port, lastPort }: Record<string, unknown>) => [name, port, lastPort]);
  assert.deepEqual(places, [['mosh sessions', 60000, 61000]]);
});
