import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { ANSWERED_BY, startBalancedNodes } from '../support/balanced-nodes.ts';
import { CONTRACT } from '../support/contract.ts';
import { caughtUp, send } from '../support/nodes.ts';

/** The routes that describe a node itself. */
const OF_A_NODE = ['/healthz', '/readyz', '/metrics'];

/** The report that shows the time of its creation as a page and as text: two responses of one server differ too. */
const DATED_REPORT = '/reports/allowed-ports';

const { nodes, url, write, admin } = await startBalancedNodes({ after });

/** Fills the register on all nodes in turn: entries, pools, an import, a change, a deletion. */
async function fill(): Promise<{ readonly id: string }> {
  const post = async (path: string, body: unknown, authorization = write) => {
    const answer = await send(url + path, 'POST', { Authorization: authorization }, body);
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await post('/pools', { name: 'harbour', ranges: ['23000-23099'], protocols: ['tcp'], owner: 'pilots' }, admin);
  const { id } = await post('/associations', { name: 'ledger', firstPort: 22, owner: 'pilots', tags: ['a'] });
  for (let count = 0; count < 9; count++) await post('/reservations', { name: `berth-${count}`, pool: 'harbour' });
  const rows = Array.from({ length: 50 }, (_, row) => ({ name: `row-${row}`, firstPort: 24_000 + row }));
  await post('/associations', rows);
  const change = { Authorization: write, 'If-Match': '*' };
  assert.equal((await send(`${url}/associations/${id}`, 'PATCH', change, { note: 'Changed.' })).status, 200);
  const { id: other } = await post('/associations', { name: 'gone', firstPort: 25_000 });
  assert.equal((await send(`${url}/associations/${other}`, 'DELETE', change)).status, 204);
  await caughtUp(nodes);
  return { id };
}

/** Requests a path. `fetch` would add `Cache-Control: no-cache` to a conditional request. */
async function ask(address: string, headers: Readonly<Record<string, string>>) {
  const sent = request(address, { headers }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { etag, 'content-type': type, [ANSWERED_BY.toLowerCase()]: answeredBy } = response.headers;
  return {
    status: response.statusCode ?? 0,
    type,
    etag,
    answeredBy,
    body: (await buffer(response)).toString('latin1'),
  };
}

function withoutTimes(body: string): string {
  return body.replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d\.\d{3}Z| UTC)?/g, 'TIME');
}

/** Returns the path and media type of every GET request of the contract. */
function requests(id: string): readonly (readonly [path: string, accept: string])[] {
  const values: Readonly<Record<string, string>> = {
    port: '22',
    protocol: 'tcp',
    serviceName: 'ssh',
    id,
    name: 'harbour',
  };
  const queries: Readonly<Record<string, string>> = {
    '/ports': '?ports=22,80,23000-23010',
    '/search': '?q=ledger',
    '/graphql': '?query={port(number:22){associations{id,name,owner,note}}}',
  };
  const paths = CONTRACT.paths as Readonly<Record<string, { readonly get?: unknown }>>;
  return Object.entries(paths)
    .filter(([path, { get }]) => get !== undefined && !OF_A_NODE.includes(path))
    .flatMap(([path]) => {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? assert.fail(`${path}: ${name}`));
      const whole = filled + (queries[path] ?? '');
      const types = path.startsWith('/export/') ? ['*/*'] : ['*/*', 'text/html', 'text/plain', 'text/csv'];
      return types.map((accept) => [whole, accept] as const);
    });
}

test('every route but the three of a node has one body and one ETag on all nodes, and 304s hold across them', async () => {
  const { id } = await fill();
  const all = requests(id);
  let validated = 0;
  for (const [path, Accept] of all) {
    const headers = { Authorization: admin, Accept };
    const [first, ...others] = await Promise.all(nodes.map((node) => ask(node.url + path, headers)));
    assert.ok(first !== undefined);
    if (first.status >= 400) {
      // Some routes do not have some media types. The id of the request is in the body.
      assert.equal(first.status, 406, `${path} as ${Accept}: ${first.status} ${first.body}`);
      continue;
    }
    if (path === DATED_REPORT && Accept !== '*/*') {
      for (const other of others)
        assert.equal(withoutTimes(other.body), withoutTimes(first.body), `${path} as ${Accept}`);
      continue;
    }
    for (const other of others) assert.deepEqual(other, first, `${path} as ${Accept}`);
    const { etag } = first;
    if (etag === undefined) continue;
    const answeredBy = new Set<unknown>();
    for (const _node of nodes) {
      const again = await ask(url + path, { ...headers, 'If-None-Match': etag });
      assert.deepEqual([again.status, again.body, again.etag], [304, '', etag], `${path} as ${Accept}`);
      answeredBy.add(again.answeredBy);
    }
    assert.equal(answeredBy.size, nodes.length, `${path}: ${[...answeredBy]}`);
    validated++;
  }
  assert.ok(validated > all.length / 3, `only ${validated} of ${all.length} responses have an ETag`);
});

test('a client that names its position sees its writes on every node; one that is ahead of all gets 503', async () => {
  for (let count = 0; count < 12; count++) {
    const body = { name: `seen-${count}`, firstPort: 26_000 + count };
    const written = await send(`${url}/associations`, 'POST', { Authorization: write }, body);
    assert.equal(written.status, 201);
    const position = written.headers.get('Portolan-Position') ?? '';
    assert.match(position, /^\d+$/);
    for (const _node of nodes) {
      const headers = { 'Portolan-Position-At-Least': position };
      const seen = await send(`${url}/associations/${written.body.id}`, 'GET', headers);
      assert.deepEqual([seen.status, seen.body.name], [200, `seen-${count}`]);
    }
  }
  const position = await caughtUp(nodes);
  for (const node of nodes) {
    const start = performance.now();
    const refused = await send(`${node.url}/ports/22`, 'GET', { 'Portolan-Position-At-Least': String(position + 1) });
    assert.equal(refused.status, 503);
    assert.match(refused.headers.get('Retry-After') ?? '', /^\d+$/);
    assert.ok(performance.now() - start >= 900, 'the node did not wait');
  }
});

test('a token that one node revokes is refused by the others', async () => {
  const [one] = nodes;
  const created = await one.command('token', 'create', '--name', 'guest', '--scope', 'write');
  assert.equal(created.code, 0, created.stderr);
  await caughtUp(nodes);
  const Authorization = `Bearer ${created.stdout.trim()}`;
  const statuses = () =>
    Promise.all(nodes.map(async (node) => (await send(`${node.url}/token`, 'GET', { Authorization })).status));
  assert.deepEqual(await statuses(), [200, 200, 200]);
  const { code, stderr } = await nodes[1].command('token', 'revoke', 'guest');
  assert.equal(code, 0, stderr);
  await caughtUp(nodes);
  assert.deepEqual(await statuses(), [401, 401, 401]);
});
