import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { openForReading, openForWriting } from '../../src/sqlite/file/database.ts';
import { request } from '../support/contract.ts';
import { nmapHost, nmapPort, nmapXml } from '../support/nmap-xml.ts';
import { sendSnapshot } from '../support/observed.ts';
import { createTestApp, useProduct } from '../support/registry.ts';

const product = useProduct();

function put(text: string, query = '') {
  return sendSnapshot(product, `web-1?source=nmap${query}`, text);
}

async function counts(text: string, query = ''): Promise<number[]> {
  const { status, body } = await put(text, query);
  assert.equal(status, 200, JSON.stringify(body));
  return [body.sockets, body.appeared, body.gone];
}

async function detail(text: string): Promise<string> {
  const { status, body } = await put(text);
  assert.equal(status, 400, JSON.stringify(body));
  return body.detail;
}

/** Returns the stored sockets: protocol, port, whether the last scan covered it, and whether it has gone. */
function stored(): string[] {
  const db = openForReading(product.database);
  const sql = `SELECT concat_ws(' ', address_scope, protocol, port, process, iif(gone_at IS NULL, iif(last_seen IS NULL, 'seen', 'uncovered'), 'gone'))
    FROM observed_socket ORDER BY protocol, port`;
  const rows = db.prepare<[], string>(sql).pluck().all();
  db.close();
  return rows;
}

afterEach(() => {
  const db = openForWriting(product.database);
  db.exec('DELETE FROM observed_socket; DELETE FROM observed_snapshot');
  db.close();
});

const BOTH = { tcp: '22,80,8000-8010', udp: '53,161' };
const FIRST = nmapXml(
  BOTH,
  nmapHost([
    nmapPort('tcp', 22, 'open'),
    nmapPort('tcp', 80, 'closed'),
    nmapPort('tcp', 8010, 'open'),
    nmapPort('udp', 53, 'open'),
    nmapPort('udp', 161, 'open|filtered'),
    '<extraports state="closed" count="10"><extrareasons reason="reset" count="10" proto="tcp" ports="8000-8009"/></extraports>',
  ]),
);

describe('PUT /observations/{host}?source=nmap', () => {
  test('stores open ports, and covers only the ports that it scanned', async () => {
    assert.deepEqual(await counts(FIRST), [3, 3, 0]);
    assert.deepEqual(stored(), ['address tcp 22 seen', 'address tcp 8010 seen', 'address udp 53 seen']);
    // Another scan, of fewer ports.
    assert.deepEqual(await counts(nmapXml({ tcp: '80,8010' }, nmapHost([nmapPort('tcp', 80, 'open')]))), [1, 1, 1]);
    assert.deepEqual(stored(), [
      'address tcp 22 uncovered',
      'address tcp 80 seen',
      'address tcp 8010 gone',
      'address udp 53 uncovered',
    ]);
    // A port that is covered again has neither appeared nor gone.
    const open = nmapXml({ tcp: '22' }, nmapHost([nmapPort('tcp', 22, 'open')]));
    assert.deepEqual(await counts(open), [1, 0, 0]);
    assert.deepEqual(await counts(open), [1, 0, 0]);
    assert.deepEqual(stored(), [
      'address tcp 22 seen',
      'address tcp 80 uncovered',
      'address tcp 8010 gone',
      'address udp 53 uncovered',
    ]);
    assert.deepEqual(await counts(nmapXml({ tcp: '0-65535', udp: '53' }, nmapHost([]))), [0, 0, 3]);
  });

  test('keeps the time of the last scan with a socket', async () => {
    const times = async (text: string): Promise<string> => {
      const { body } = await put(text);
      while (new Date().toISOString() === body.at) await new Promise(setImmediate);
      return body.at;
    };
    const seen = async () => {
      const { body } = await request(product.app)
        .get('/observations?port=22&state=all')
        .set('Authorization', product.bearer('read'));
      const { firstSeen, lastSeen, goneAt } = body.results[0];
      return [firstSeen, lastSeen, goneAt];
    };
    const first = await times(FIRST);
    const second = await times(FIRST);
    assert.deepEqual(await seen(), [first, second, null]);
    await times(nmapXml({ tcp: '80' }, nmapHost([])));
    await times(nmapXml({ tcp: '443' }, nmapHost([])));
    assert.deepEqual(await seen(), [first, second, null]);
    const after = new Date(Date.parse(second) + 1).toISOString();
    const { body } = await request(product.app)
      .get(`/observations?since=${after}`)
      .set('Authorization', product.bearer('read'));
    assert.equal(body.count, 0);
    const last = await times(nmapXml({ tcp: '22' }, nmapHost([])));
    assert.deepEqual(await seen(), [first, second, last]);
  });

  test('does not cover filtered ports, whether nmap lists them or not', async () => {
    await counts(FIRST);
    const filtered = [
      nmapHost([
        nmapPort('tcp', 22, 'filtered'),
        nmapPort('tcp', 8010, 'unfiltered'),
        nmapPort('udp', 53, 'open|filtered'),
      ]),
      nmapHost([
        '<extraports state="filtered" count="13"><extrareasons reason="no-response" count="13" proto="tcp" ports="22,80,8000-8010"/>',
        '</extraports><extraports state="open|filtered" count="2"><extrareasons reason="no-response" count="2" proto="udp" ports="53,161"/></extraports>',
      ]),
      // Older versions of nmap list no ports.
      nmapHost([
        '<extraports state="filtered" count="15"><extrareasons reason="no-responses" count="15"/></extraports>',
      ]),
      nmapHost([
        '<extraports state="filtered" count="2"></extraports><extraports state="closed" count="13"></extraports>',
      ]),
    ];
    for (const host of filtered) {
      assert.deepEqual(await counts(nmapXml(BOTH, host)), [0, 0, 0], host);
      assert.deepEqual(await counts(FIRST), [3, 0, 0], host);
    }
    // A closed port beside ports that may be filtered.
    const mixed = nmapHost([nmapPort('tcp', 22, 'closed'), '<extraports state="filtered" count="14"></extraports>']);
    assert.deepEqual(await counts(nmapXml(BOTH, mixed)), [0, 0, 1]);
  });

  test('stores the lowest and the highest port, each address scope, and UDP as asked', async () => {
    const ports = [0, 1023, 1024, 49151, 49152, 65535].map((port) => nmapPort('tcp', port, 'open'));
    const udp = [nmapPort('udp', 40000, 'open'), nmapPort('sctp', 132, 'open')];
    const text = nmapXml({ tcp: '0-65535', udp: '40000', sctp: '132' }, nmapHost([...ports, ...udp]));
    assert.deepEqual(await counts(text), [7, 7, 0]);
    assert.deepEqual(await counts(text, '&ephemeralUdp=true'), [8, 1, 0]);
    assert.deepEqual(await counts(text), [7, 0, 1]);
    assert.deepEqual(await counts(text, '&ephemeralPorts=49152-65535'), [8, 1, 0]);
    const loopback = nmapXml({ tcp: '22' }, nmapHost([nmapPort('tcp', 22, 'open')], '127.0.0.1'));
    assert.deepEqual(await counts(loopback), [1, 1, 0]);
  });

  test('holds the limit of sockets over scans of different ports', async () => {
    const app = await createTestApp(product.registry, { OBSERVED_ROWS: '2' }, undefined, product.own);
    const scan = async (port: number, state: string) => {
      const { status, body } = await request(app)
        .put('/observations/web-1?source=nmap')
        .set({ Authorization: product.bearer('observe'), 'Content-Type': 'text/plain' })
        .send(nmapXml({ tcp: `${port}` }, nmapHost([nmapPort('tcp', port, state)])));
      return status === 200 ? [body.sockets, body.appeared, body.gone] : [status, body.detail];
    };
    assert.deepEqual(await scan(1, 'open'), [1, 1, 0]);
    assert.deepEqual(await scan(2, 'open'), [1, 1, 0]);
    const full = [413, 'Cannot store the snapshot: expected at most 2 listening sockets'];
    assert.deepEqual(await scan(3, 'open'), full);
    assert.deepEqual(stored(), ['address tcp 1 uncovered', 'address tcp 2 seen']);
    assert.deepEqual(await scan(1, 'closed'), [0, 0, 1]);
    assert.deepEqual(await scan(3, 'open'), [1, 1, 0]);
  });

  test('refuses a scan that is cut off, has another form, or did not see one host', async () => {
    await counts(FIRST);
    const before = stored();
    const host = nmapHost([nmapPort('tcp', 22, 'closed')]);
    const good = nmapXml({ tcp: '22' }, host);
    const one = 'Cannot read the scan of the snapshot: expected one host; portolan observe splits a scan of several';
    const up = 'Cannot read the scan of the snapshot: expected a host that is up';
    const cases: readonly [text: string, detail: RegExp | string][] = [
      [
        good.slice(0, good.indexOf('</host>')),
        /^Cannot read line \d+ of the snapshot: expected well-formed XML, got unclosed tag/,
      ],
      [
        good.replace(/<runstats>.*<\/runstats>/s, ''),
        /^Cannot read line \d+ of the snapshot: expected a scan that has finished$/,
      ],
      [good.replace('exit="success"', 'exit="error"'), /expected a scan that has finished$/],
      [good.replace('services="22"', 'services="22,x"'), /expected a list of ports in services$/],
      [good.replace('services="22"', 'services="65536"'), /expected a list of ports in services$/],
      [good.replace('services="22"', 'services="22,22"'), /expected a list of ports in services$/],
      [good.replace('services="22"', 'services="80,22-23"'), /expected a list of ports in services$/],
      [
        good.replace('<host ', `${'<scaninfo protocol="tcp" services="1"/>'.repeat(16)}<host `),
        /expected at most 16 elements scaninfo$/,
      ],
      [good.replace('services="22"', ''), /expected the ports of the scan in scaninfo$/],
      [good.replace('portid="22"', 'portid="65536"'), /expected a port from 0 to 65535 in portid$/],
      [
        good.replace('scanner="nmap"', 'scanner="masscan"'),
        'Cannot read line 4 of the snapshot: expected the XML of nmap -oX',
      ],
      ['<html></html>', 'Cannot read line 1 of the snapshot: expected the XML of nmap -oX'],
      ['22/tcp open ssh\n', /^Cannot read line \d+ of the snapshot: expected well-formed XML, got /],
      [nmapXml({ tcp: '22' }, host + host), one],
      [nmapXml({ tcp: '22' }, ''), up],
      [
        good.replace('state="up"', 'state="down"'),
        'Cannot read the scan of "192.0.2.7" of the snapshot: expected a host that was scanned; it is down',
      ],
      [good.replace('<host ', '<host timedout="true" '), /expected a host that was scanned; its scan took too long$/],
      [
        good.replace('<!DOCTYPE nmaprun>', '<!DOCTYPE nmaprun [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'),
        'Cannot read line 2 of the snapshot: expected no declarations in DOCTYPE',
      ],
      [good.replace('addrtype', 'x="&b;" addrtype'), /expected well-formed XML, got undefined entity/],
      [
        `<nmaprun scanner="nmap">${'<a>'.repeat(100_000)}`,
        'Cannot read line 1 of the snapshot: expected at most 64 levels of elements',
      ],
      [
        `<nmaprun scanner="nmap"${' a="1"'.replace('a', 'a1')}${Array.from({ length: 200 }, (_, i) => ` b${i}=""`).join('')}>`,
        'Cannot read line 1 of the snapshot: expected at most 100 attributes',
      ],
    ];
    for (const [text, expected] of cases) {
      const got = await detail(text);
      if (typeof expected === 'string') assert.equal(got, expected);
      else assert.match(got, expected);
    }
    assert.deepEqual(stored(), before);
    const empty = await put('');
    assert.equal(empty.status, 400);
  });
});
