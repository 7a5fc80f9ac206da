import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** IANA has assigned 9443 to tungsten-https on tcp and udp; Portainer and others use it. */
const ENTRY = { name: 'billing-api', firstPort: 9443, owner: 'payments', environment: 'production', note: 'Invoices' };

async function addEntries(): Promise<void> {
  const entries = [ENTRY, { name: 'wide', firstPort: 40000, lastPort: 40999 }];
  const response = await request(product.app)
    .post('/associations')
    .set('Authorization', product.bearer('write'))
    .send(entries);
  assert.equal(response.status, 201);
}

async function get(path: string): Promise<string> {
  return (await request(product.app).get(path)).text;
}

function run(input: string, ...args: string[]) {
  return runPortolan(args, { environment: product.environment, input });
}

const OFFICIAL = '9443  tcp  tungsten-https  iana  WSO2 Tungsten HTTPS';
const OURS = '9443  tcp  billing-api  own  payments, production';

describe('an own entry comes first', () => {
  before(addEntries);

  test('in the summary', async () => {
    const { summary } = JSON.parse(await get('/ports/9443/tcp'));
    assert.match(
      summary,
      /^Port 9443\/tcp has the own entry billing-api; it is assigned to tungsten-https \(WSO2 Tungsten HTTPS\)\. Informally associated: Portainer web interface \(HTTPS\)/,
    );
  });

  test('in text: in the head and in the rows', async () => {
    const lines = (await get('/ports/9443/tcp?format=text')).split('\n');
    assert.deepEqual(lines.slice(0, 3), ['9443/tcp  user  billing-api, tungsten-https', OURS, OFFICIAL]);
    const [head] = (await get('/ports/40500?format=text')).split('\n');
    assert.equal(head, '40500  user  wide, no official assignment');
  });

  test('in CSV, of a port, of a list and of a batch', async () => {
    const batch = await request(product.app).post('/ports/lookup?format=csv').send(['9443/tcp']);
    for (const text of [
      await get('/ports/9443/tcp?format=csv'),
      await get('/ports?ports=9443/tcp&format=csv'),
      batch.text,
    ]) {
      const names = text.split('\n').flatMap((line) => /(?:association|assignment),([^,]*),9443/.exec(line)?.[1] ?? []);
      assert.deepEqual(names.slice(0, 3), ['billing-api', 'tungsten-https', 'Portainer web interface (HTTPS)']);
    }
  });

  test('on the page: in title, head and first answer', async () => {
    const { text } = await request(product.app).get('/ports/9443').set('Accept', 'text/html');
    assert.match(text, /<title>9443 billing-api: Portainer, authentik \(HTTPS\), tungsten-https · Portolan<\/title>/);
    assert.match(text, /<p class="name"><bdi>billing-api<\/bdi><\/p>/);
    assert.match(
      text,
      /What is it\?<\/h2>\n<p class="answer"><bdi>billing-api<\/bdi><\/p>\n<p><bdi>Elsewhere: WSO2 Tungsten HTTPS\. In practice: /,
    );
  });

  test('in exports, which have own entries unless other origins are asked for', async () => {
    const line = async (path: string): Promise<string> =>
      (await get(path)).split('\n').find((text) => /\b9443\/tcp/.test(text)) ?? '';
    assert.equal(await line('/export/services'), 'billing-api     9443/tcp tungsten-https\t# billing-api');
    assert.equal(await line('/export/nmap-services'), 'billing-api\t9443/tcp\t# billing-api');
    assert.equal(await line('/export/logstash'), '"9443/tcp": "billing-api"');
    assert.equal(await line('/export/services?origin=iana'), 'tungsten-https  9443/tcp\t# WSO2 Tungsten HTTPS');
  });

  test('in search results, by port and among equal names', async () => {
    assert.equal(JSON.parse(await get('/search?q=9443')).results[0].name, 'billing-api');
  });

  test('in the output of annotate', async () => {
    const socket = 'tcp LISTEN 0 128 0.0.0.0:9443 0.0.0.0:*';
    assert.equal((await run(`${socket}\n`, 'annotate')).stdout, `${socket}  billing-api\n`);
  });
});

test('a retired entry names no port', async () => {
  const entry = { name: 'old-api', firstPort: 9762, status: 'retired', owner: 'payments' };
  await request(product.app)
    .post('/associations')
    .set('Authorization', product.bearer('write'))
    .send(entry)
    .expect(201);
  const lines = (await get('/ports/9762/tcp?format=text')).split('\n');
  const official = '9762  tcp  tungsten-http  iana  WSO2 Tungsten HTTP';
  assert.deepEqual(lines.slice(0, 2), ['9762/tcp  user  tungsten-http', official]);
  const list = await get('/associations?port=9762&origin=own&format=text');
  assert.equal(list, '9762  tcp  old-api  own  retired, payments\n');
  assert.doesNotMatch(JSON.parse(await get('/ports/9762')).summary, /own entry/);
  assert.equal(await get('/ports/9762?format=tsv'), '9762\ttcp,udp\ttungsten-http\tiana\tWSO2 Tungsten HTTP\n');
  assert.doesNotMatch(await get('/export/services?origin=own'), /old-api/);
});

describe('prefer', () => {
  test('orders the names and rows of text', async () => {
    const iana = (await get('/ports/9443/tcp?format=text&prefer=iana,own,informal')).split('\n');
    assert.match(iana[0] ?? '', /^9443\/tcp {2}user {2}tungsten-https, billing-api, Portainer web interface \(HTTPS\)/);
    assert.deepEqual(
      iana.filter((line) => [OFFICIAL, OURS].includes(line)),
      [OFFICIAL, OURS],
    );
    const lines = (await get('/ports/9443/tcp?format=text&prefer=IANA')).split('\n');
    assert.deepEqual(lines.slice(0, 3), ['9443/tcp  user  tungsten-https, billing-api', OFFICIAL, OURS]);
  });

  test('chooses the name of exports and annotate', async () => {
    const services = await get('/export/services?prefer=iana');
    assert.match(services, /^tungsten-https {2}9443\/tcp billing-api\t# WSO2 Tungsten HTTPS$/m);
    const all = await get('/export/logstash?origin=iana,informal,own&prefer=informal,own,iana');
    assert.match(all, /^"9443\/tcp": "portainer-https"$/m);
    const socket = 'tcp LISTEN 0 128 0.0.0.0:9443 0.0.0.0:*';
    const annotated = await run(`${socket}\n`, 'annotate', '--prefer', 'iana');
    assert.equal(annotated.stdout, `${socket}  tungsten-https\n`);
    const looked = await run('', 'lookup', '9443/tcp', '--prefer', 'iana');
    assert.equal(looked.stdout.split('\n')[0], '9443/tcp  user  tungsten-https, billing-api');
    const exported = await run('', 'export', 'services', '--prefer', 'iana');
    assert.equal(exported.stdout, services);
  });

  test('changes the ETag of an export', async () => {
    const tag = async (query: string) => (await request(product.app).head(`/export/services${query}`)).headers.etag;
    assert.equal(await tag(''), await tag('?prefer=own&origin=iana,own'));
    assert.notEqual(await tag(''), await tag('?prefer=iana'));
  });

  test('refuses an unknown origin, in every format', async () => {
    const detail = 'Cannot parse prefer "ours": expected iana, informal, own, with commas between';
    for (const path of ['/ports/22', '/ports?ports=22', '/export/services']) {
      const { status, body } = await request(product.app).get(`${path}${path.includes('?') ? '&' : '?'}prefer=ours`);
      assert.deepEqual([status, body.errors], [400, [{ parameter: 'prefer', detail }]], path);
    }
    const { status, body } = await request(product.app).post('/ports/lookup?prefer=ours').send([22]);
    assert.deepEqual([status, body.detail], [400, detail]);
    const annotated = await run('', 'annotate', '--prefer', 'ours');
    assert.deepEqual([annotated.code, annotated.stderr.split('\n')[0]], [2, `error: ${detail}`]);
  });
});
