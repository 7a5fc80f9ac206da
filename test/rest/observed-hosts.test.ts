import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { putSnapshot, socketLine } from '../support/observed.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const HOSTS = ['10.0.0.1', 'web-1', 'web-1-a', 'web-1.example.net', 'web-1.example.org', 'web-10', 'web-2.example.org'];

/** The hosts that a name stands for: with or without a domain, it is the same host. An address has no domain. */
const CASES: readonly (readonly [name: string, hosts: readonly string[]])[] = [
  ['web-1', ['web-1', 'web-1.example.net', 'web-1.example.org']],
  ['WEB-1.example.org', ['web-1', 'web-1.example.org']],
  ['web-1.example', ['web-1', 'web-1.example.net', 'web-1.example.org']],
  ['web-1-a', ['web-1-a']],
  ['web-2', ['web-2.example.org']],
  ['web-1.example.or', ['web-1']],
  ['web', []],
  ['example.org', []],
  ['10.0.0.1', ['10.0.0.1']],
  ['10', []],
  ['10.0.0', []],
];

interface Row {
  readonly host: string;
  readonly port: number;
}

async function get(path: string): Promise<{ readonly count: number; readonly results: readonly Row[] }> {
  const { status, body } = await request(product.app).get(path).set('Authorization', product.bearer('read'));
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

describe('a host is the same with and without its domain', () => {
  before(async () => {
    for (const host of HOSTS) {
      const lines = [1, 443, 65535].map((port) => socketLine('tcp', `0.0.0.0:${port}`, ''));
      await putSnapshot(product, host, lines.join(''));
    }
  });

  test('in /observations, with a port and in pages too', async () => {
    for (const [name, hosts] of CASES) {
      const { count, results } = await get(`/observations?host=${name}`);
      const rows = hosts.flatMap((host) => [1, 443, 65535].map((port) => `${host} ${port}`));
      assert.deepEqual([count, results.map(({ host, port }) => `${host} ${port}`)], [rows.length, rows], name);
      for (const port of [1, 443, 65535]) {
        const ofPort = (await get(`/observations?host=${name}&port=${port}`)).results;
        assert.deepEqual(
          ofPort.map(({ host }) => host),
          hosts,
          `${name} ${port}`,
        );
      }
      const page = await get(`/observations?host=${name}&limit=2&offset=2`);
      assert.deepEqual(
        [page.count, page.results.map(({ host, port }) => `${host} ${port}`)],
        [rows.length, rows.slice(2, 4)],
      );
    }
  });

  test('in /drift and GraphQL', async () => {
    for (const [name, hosts] of CASES) {
      const { results } = await get(`/drift?host=${name}`);
      assert.deepEqual([...new Set(results.map(({ host }) => host))], hosts, name);
      const query = `query ($host: String!) {
        observations(filter: { host: $host, port: 443 }) { nodes { host } }
        drift(filter: { host: $host }) { totalCount }
      }`;
      const { body } = await request(product.app)
        .post('/graphql')
        .set('Authorization', product.bearer('read'))
        .send({ query, variables: { host: name } });
      assert.deepEqual(body.data, {
        observations: { nodes: hosts.map((host) => ({ host })) },
        drift: { totalCount: results.length },
      });
    }
  });
});
