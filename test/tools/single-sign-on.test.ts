import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { startInProcess } from '../support/listen.ts';
import { startNginx } from '../support/nginx.ts';
import { useProduct } from '../support/registry.ts';
import type { Lifetime } from '../support/temporary-folder.ts';

const product = useProduct();
const PAGE = readFileSync(new URL('../../docs/single-sign-on.md', import.meta.url), 'utf8');

/** The configuration of nginx and the settings in the documentation. */
const [, SITES = ''] = /```nginx\n([\s\S]*?)```/.exec(PAGE) ?? [];
const [, YAML = ''] = /```yaml\n([\s\S]*?)```/.exec(PAGE) ?? [];
const SETTINGS = Object.fromEntries([...YAML.matchAll(/^([A-Z_]+): (.*)$/gm)].map(([, name, value]) => [name, value]));

/** The users of the identity provider by the value of their session cookie. */
const SESSIONS: Readonly<Record<string, readonly [user: string, groups: string]>> = {
  a: ['alice', 'staff,netops'],
  b: ['bob', 'leads'],
  c: ['carol', ''],
};

/** Starts a stub of oauth2-proxy: it knows the sessions, and its sign-in page is a redirect. */
async function startProvider(t: Lifetime): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://provider');
    const [, session = ''] = /session=(\w)/.exec(request.headers.cookie ?? '') ?? [];
    const [user, groups] = SESSIONS[session] ?? [];
    if (pathname !== '/oauth2/auth') response.writeHead(200).end('sign-in page');
    else if (user === undefined) response.writeHead(401).end();
    else response.writeHead(202, { 'X-Auth-Request-User': user, 'X-Auth-Request-Groups': groups }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('behind the documented nginx', () => {
  let url: string;
  let direct: string;
  const ends: (() => unknown)[] = [];
  before(async () => {
    const lifetime: Lifetime = { after: (end) => ends.unshift(end) };
    const provider = await startProvider(lifetime);
    direct = (await startInProcess(lifetime, { DATABASE: product.database, ...SETTINGS })).url;
    const sites = SITES.replaceAll('127.0.0.1:4180', provider);
    url = `http://127.0.0.1:${(await startNginx(lifetime, sites, direct)).port}`;
  });

  after(async () => {
    for (const end of ends) await end();
  });

  const ask = async (path: string, headers: Readonly<Record<string, string>> = {}, init: RequestInit = {}) => {
    const response = await fetch(url + path, { redirect: 'manual', ...init, headers: { ...headers, ...init.headers } });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const cookie = (session: string) => ({ Cookie: `session=${session}` });
  const json = { 'Content-Type': 'application/json' };
  const entry = (firstPort: number): RequestInit => ({
    method: 'POST',
    body: JSON.stringify({ name: 'behind-nginx', firstPort }),
    headers: json,
  });

  test('users have the scopes of their groups', async () => {
    const scopes = [];
    for (const session of ['a', 'b', 'c']) {
      const { body } = await ask('/token', cookie(session));
      scopes.push([body.name, body.scope]);
    }
    assert.deepEqual(scopes, [
      ['sso:alice', 'write'],
      ['sso:bob', 'admin'],
      ['sso:carol', 'read'],
    ]);
    const { status, body } = await ask('/associations', cookie('c'), entry(21_001));
    assert.deepEqual([status, body.detail], [403, 'The user "carol" has the scope read: expected write']);
  });

  test('a browser without a session is sent to the sign-in page, a program gets a 401', async () => {
    const page = await ask('/own?owner=ops', { Accept: 'text/html,*/*;q=0.8' });
    assert.deepEqual([page.status, new URL(page.headers.get('Location') ?? '').pathname], [302, '/oauth2/start']);
    assert.equal((await ask('/ports/22', { Accept: 'application/json' })).status, 401);
    assert.deepEqual((await ask('/oauth2/start')).body, 'sign-in page');
  });

  test('a page with a session writes, and the audit log names the user', async () => {
    const own = { ...cookie('a'), Origin: url, 'Sec-Fetch-Site': 'same-origin' };
    const created = await ask('/associations', own, entry(21_002));
    assert.equal(created.status, 201, JSON.stringify(created.body));
    const { body } = await ask(`/audit?id=${created.body.id}`, cookie('b'));
    assert.deepEqual([body.count, body.results[0].token], [1, 'sso:alice']);
    const page = await ask('/own', { ...cookie('a'), Accept: 'text/html' });
    assert.match(page.body, /^<!doctype html>\n<html lang="en" data-base="" data-sign-in>/);
  });

  test('a page of another site cannot write', async () => {
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: url.replace('http:', 'https:') },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Content-Type': 'text/plain' },
    ]) {
      const init = entry(21_003);
      const sent = { ...init, headers: { ...json, ...headers } };
      assert.equal((await ask('/associations', cookie('a'), sent)).status, 403, JSON.stringify(headers));
    }
  });

  test('a client cannot name a user', async () => {
    const forged = { 'X-Forwarded-User': 'bob', 'X-Forwarded-Groups': 'leads', 'X-Forwarded-For': '127.0.0.1' };
    assert.equal((await ask('/token', forged)).status, 401);
    const { body } = await ask('/token', { ...forged, ...cookie('c') });
    assert.deepEqual([body.name, body.scope], ['sso:carol', 'read']);
    const bearing = { ...forged, Authorization: 'Bearer nonsense' };
    assert.equal((await ask('/token', bearing)).status, 401);
  });

  test('tokens work beside it, with and without a session', async () => {
    const Authorization = product.bearer('write');
    for (const headers of [{ Authorization }, { Authorization, ...cookie('b') }]) {
      const { status, body } = await ask('/token', headers);
      assert.deepEqual([status, body.name, body.scope], [200, 'write', 'write']);
    }
  });

  test('probes need no user', async () => {
    assert.equal((await fetch(`${direct}/readyz`)).status, 200);
  });
});
