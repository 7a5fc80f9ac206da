import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const LINES = [
  '22\ttcp,udp,sctp\tssh\tiana\tThe Secure Shell (SSH) Protocol',
  '9443\ttcp,sctp\tbilling-api\town\tone two three',
  '60257\t\t\tnone\tdynamic',
  "8126\tudp\t'=1+1\town\t -",
  '8125\tudp\tStatsD metrics input\tinformal\tStatsD, Datadog agent',
  '22\ttcp\tssh\tiana\tThe Secure Shell (SSH) Protocol',
  '6010\ttcp,udp\tx11\tiana\tX Window System',
];

describe('ports in lines', () => {
  before(async () => {
    const own = [
      { name: 'billing-api', firstPort: 9443, protocols: ['tcp', 'sctp'], note: 'one\ttwo\nthree' },
      { name: '=1+1', firstPort: 8126, usedBy: ' -', protocols: ['udp'] },
    ];
    const response = await request(product.app)
      .post('/associations')
      .set('Authorization', product.bearer('write'))
      .send(own);
    assert.equal(response.status, 201);
  });

  test('TSV has exactly one line for each port, however many protocols and rows it has', async () => {
    const ports = '22,9443,60257,8126,8125,22/tcp,6010';
    const list = await request(product.app).get(`/ports?ports=${ports}&format=tsv`);
    assert.deepEqual([list.status, list.type, list.text], [200, 'text/tab-separated-values', `${LINES.join('\n')}\n`]);
    const single = await request(product.app).get('/ports/22').set('Accept', 'text/tab-separated-values');
    assert.deepEqual([single.type, single.text], ['text/tab-separated-values', `${LINES[0]}\n`]);
    const batch = await request(product.app).post('/ports/lookup?format=tsv').send(ports.split(','));
    assert.deepEqual([batch.type, batch.text], ['text/tab-separated-values', list.text]);
    const { code, stdout, stderr } = await runPortolan(['lookup', ...ports.split(','), '--format', 'tsv'], {
      environment: { DATABASE: product.database },
    });
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: list.text, stderr: '' });
  });

  test('TSV of a batch has one line for an invalid item, and of an empty page no line', async () => {
    const batch = await request(product.app).post('/ports/lookup?format=tsv').send(['70000', '80\t81', 22]);
    assert.equal(
      batch.text,
      `70000\t\t\terror\tCannot parse port number "70000": expected an integer from 0 to 65535
80 81\t\t\terror\tCannot parse port number "80\\t81": expected an integer from 0 to 65535 in decimal digits, without sign, blank or leading zero
${LINES[0]}
`,
    );
    assert.equal((await request(product.app).post('/ports/lookup?format=tsv').send([])).text, '');
    assert.equal((await request(product.app).get('/ports?ports=22&offset=5&format=tsv')).text, '');
  });

  test('TSV has the preferred name', async () => {
    const { text } = await request(product.app).get('/ports/9443?format=tsv&prefer=iana');
    assert.equal(text, '9443\ttcp,udp\ttungsten-https\tiana\tWSO2 Tungsten HTTPS\n');
  });

  test('resources that are no ports have no TSV', async () => {
    const { status } = await request(product.app).get('/services/ssh?format=tsv');
    assert.equal(status, 406);
  });

  test('a wide text truncates nothing', async () => {
    const path = '/ports/8126/udp?format=text&checks=none';
    const long = 'x'.repeat(100);
    await request(product.app)
      .post('/associations')
      .set('Authorization', product.bearer('write'))
      .send({ name: long, firstPort: 8126, protocols: ['udp'], usedBy: long });
    const narrow = (await request(product.app).get(path)).text.split('\n');
    const rows = narrow.filter((line) => line.startsWith('8126  udp'));
    assert.ok(rows.length === 2 && rows.every((line) => line.length <= 80 && !line.includes(long)));
    const wide = (await request(product.app).get(`${path}&wide=true`)).text.split('\n');
    assert.ok(wide.includes(`8126  udp  ${long}  own  ${long}`));
    const cut = (await request(product.app).get('/search?q=8126&format=text')).text;
    const complete = (await request(product.app).get('/search?q=8126&format=text&wide=true')).text;
    assert.ok(!cut.includes(`  ${long}\n`) && complete.includes(`  ${long}\n`));
  });

  test('text has the commands of all systems, of one or of none', async () => {
    const systems = async (query: string): Promise<readonly string[]> => {
      const { text } = await request(product.app).get(`/ports/22?format=text${query}`);
      return [...new Set([...text.matchAll(/^check (\w+): /gm)].map(([, system = '']) => system))];
    };
    assert.deepEqual(await systems(''), ['linux', 'macos', 'windows', 'freebsd']);
    assert.deepEqual(await systems('&checks=all'), ['linux', 'macos', 'windows', 'freebsd']);
    for (const system of ['linux', 'macos', 'windows', 'freebsd'])
      assert.deepEqual(await systems(`&checks=${system}`), [system]);
    assert.deepEqual(await systems('&checks=none'), []);
    const { status, body } = await request(product.app).get('/ports/22?checks=amiga');
    const detail = 'Cannot parse checks "amiga": expected all, none, linux, macos, windows or freebsd';
    assert.deepEqual([status, body.errors], [400, [{ parameter: 'checks', detail }]]);
  });

  test('the command line has commands only if asked, and only those of this system', async () => {
    const run = async (...flags: string[]) =>
      (await runPortolan(['22/tcp', ...flags], { environment: { DATABASE: product.database } })).stdout;
    assert.doesNotMatch(await run(), /^check /m);
    const own = { linux: 'linux', darwin: 'macos', win32: 'windows', freebsd: 'freebsd' }[process.platform as 'linux'];
    const lines = (await run('--checks')).split('\n').filter((line) => line.startsWith('check '));
    assert.ok(lines.length > 0 && lines.every((line) => line.startsWith(`check ${own}: `)));
  });
});
