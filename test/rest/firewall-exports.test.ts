import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** Texts that would be lines of a firewall's file. */
const HOSTILE = '} } table inet x { # "';
const ENTRIES = [
  { name: HOSTILE, firstPort: 8000, lastPort: 8009, protocols: ['tcp', 'udp'], owner: 'web', note: 'a\npass all\n' },
  { name: 'adjacent', firstPort: 8010, owner: 'web', environment: 'production' },
  { name: 'overlapping', firstPort: 8005, lastPort: 8012, status: 'planned', tags: ['pci'] },
  { name: 'billing-api', firstPort: 9443, owner: 'payments' },
  { name: 'retired', firstPort: 7000, status: 'retired' },
  { name: 'top', firstPort: 65_535, protocols: ['sctp'] },
];

async function download(path: string): Promise<string> {
  const { status, text } = await request(product.app).get(path);
  assert.equal(status, 200);
  return text;
}

const emptySet = (protocol: string) => `\tset own_${protocol} {\n\t\ttype inet_service\n\t\tflags interval\n\t}\n`;
const set = (protocol: string, ...elements: string[]) =>
  `\tset own_${protocol} {\n\t\ttype inet_service\n\t\tflags interval\n\t\telements = {\n${elements
    .map((element) => `\t\t\t${element}`)
    .join(',\n')}\n\t\t}\n\t}\n`;
const table = (...sets: string[]) => `table inet portolan {\n${sets.join('\n')}}\n`;

describe('exports for firewalls', () => {
  before(async () => {
    const post = request(product.app).post('/associations').set('Authorization', product.bearer('write'));
    assert.equal((await post.send(ENTRIES)).status, 201);
  });

  test('have the merged ports of own entries, without retired ones and texts', async () => {
    assert.equal(
      await download('/export/nftables'),
      table(set('tcp', '8000-8012', '9443'), set('udp', '8000-8009'), set('sctp', '65535'), emptySet('dccp')),
    );
    assert.equal(
      await download('/export/pf'),
      `portolan_tcp = "{ 8000:8012, 9443 }"
portolan_udp = "{ 8000:8009 }"
portolan_sctp = "{ 65535 }"
# portolan_dccp: no ports
`,
    );
    assert.equal(await download('/export/opnsense-alias'), '8000:8012\n9443\n65535\n');
    assert.equal(await download('/export/plain'), '8000-8012/tcp\n9443/tcp\n8000-8009/udp\n65535/sctp\n');
  });

  test('have the filters of the list of own entries', async () => {
    assert.equal(await download('/export/plain?owner=web'), '8000-8010/tcp\n8000-8009/udp\n');
    assert.equal(await download('/export/plain?owner=web&protocol=udp'), '8000-8009/udp\n');
    assert.equal(await download('/export/opnsense-alias?environment=production'), '8010\n');
    assert.equal(await download('/export/plain?tag=pci&status=planned'), '8005-8012/tcp\n');
    assert.equal(await download('/export/plain?status=retired'), '');
    const { status, body } = await request(product.app).get('/export/nftables?pool=x');
    const detail = 'Cannot find pool "x": no such pool';
    assert.deepEqual([status, body.errors], [400, [{ parameter: 'pool', detail }]]);
    assert.equal((await request(product.app).get('/export/nftables?origin=iana')).status, 400);
  });

  test('are valid without ports', async () => {
    assert.equal(
      await download('/export/nftables?owner=nobody'),
      table(...['tcp', 'udp', 'sctp', 'dccp'].map(emptySet)),
    );
    assert.match(await download('/export/pf?owner=nobody'), /^(?:# portolan_\w+: no ports\n){4}$/);
    assert.equal(await download('/export/opnsense-alias?owner=nobody'), '');
    assert.equal(await download('/export/plain?owner=nobody'), '');
  });

  test('split a list that is longer than a string of pf.conf', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      name: `port ${index}`,
      firstPort: 30_000 + 2 * index,
      lastPort: 30_000 + 2 * index,
      owner: 'many',
      environment: 'split',
    }));
    const post = (entries: typeof many) =>
      request(product.app)
        .post('/associations')
        .set('Authorization', product.bearer('write'))
        .send(entries)
        .expect(201);
    await post(many);
    await post(
      many.map((entry) => ({ ...entry, firstPort: entry.firstPort + 3_000, lastPort: entry.lastPort + 3_000 })),
    );
    const lines = (await download('/export/pf?owner=many')).split('\n');
    const strings = lines.flatMap((line) => /^portolan_tcp_(\d+) = "([\d ]+)"$/.exec(line)?.[2] ?? []);
    assert.ok(strings.length === 2 && strings.every((text) => text.length <= 8_000));
    assert.ok(lines.includes('portolan_tcp = "{" $portolan_tcp_1 $portolan_tcp_2 "}"'));
    const ports = strings.join(' ').split(' ').map(Number);
    const expected = [...many.map(({ firstPort }) => firstPort), ...many.map(({ firstPort }) => firstPort + 3_000)];
    assert.deepEqual(
      ports,
      expected.sort((a, b) => a - b),
    );
  });

  test('are files of the command line too', async () => {
    const { code, stdout, stderr } = await runPortolan(['export', 'plain', '--owner', 'web', '--protocol', 'udp'], {
      environment: { DATABASE: product.database },
    });
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '8000-8009/udp\n', stderr: '' });
    const wrong = await runPortolan(['export', 'services', '--owner', 'web'], {
      environment: { DATABASE: product.database },
    });
    assert.equal(
      wrong.stderr,
      'error: Unknown query parameter "owner": expected one of origin, prefer\n(portolan --help lists the commands)\n',
    );
  });
});

describe('the export of own entries', () => {
  const list = async (query: string) =>
    (await request(product.app).get(`/associations?origin=own&limit=1000${query}`)).body.results;

  test('has all fields of all entries, as JSON, NDJSON and CSV', async () => {
    const entries = await list('&status=planned');
    const json = await request(product.app).get('/export/own?status=planned');
    assert.deepEqual([json.type, json.body], ['application/json', entries]);
    const ndjson = await request(product.app).get('/export/own?status=planned&format=ndjson');
    assert.deepEqual(
      [ndjson.type, ndjson.text],
      ['application/x-ndjson', entries.map((entry: object) => `${JSON.stringify(entry)}\n`).join('')],
    );
    const csv = await request(product.app).get('/export/own?status=planned').set('Accept', 'text/csv');
    const [{ id }] = entries;
    assert.deepEqual(
      [csv.type, csv.headers['content-disposition'], csv.text],
      [
        'text/csv',
        'attachment; filename=own.csv',
        `id,name,usedBy,firstPort,lastPort,protocols,category,confidence,note,sources,owner,contact,environment,link,tags,otherNames,justification,reviewBy,expiresAt,status,hosts
${id},overlapping,,8005,8012,tcp,other,documented,,,,,,,pci,,,,,planned,
`,
      ],
    );
    assert.deepEqual((await request(product.app).get('/export/own?owner=nobody')).body, []);
    assert.equal((await request(product.app).get('/export/own?owner=nobody&format=ndjson')).text, '');
    assert.equal((await request(product.app).get('/export/own?format=text')).status, 406);
  });

  test('can be imported again, retired entries too', async () => {
    for (const format of ['json', 'csv']) {
      const { text } = await request(product.app).get(`/export/own?format=${format}&owner=web`);
      const outcome = await runPortolan(['own', 'import', '-', '--format', format, '--dry-run'], {
        environment: { DATABASE: product.database },
        input: text,
      });
      assert.deepEqual([outcome.code, outcome.stderr], [0, '']);
      assert.match(outcome.stdout, /: 0 added, 0 changed, (?:0 moved, )?2 unchanged; nothing was written\n$/);
    }
    assert.match((await request(product.app).get('/export/own?format=csv')).text, /^own-\w+,retired,/m);
  });
});
