import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

interface Result {
  readonly kind: string;
  readonly port: number | null;
  readonly lastPort: number | null;
  readonly protocols: readonly string[];
  readonly name: string | null;
  readonly prominence: number;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

interface Found {
  readonly count: number;
  readonly results: Result[];
  readonly corrected: { readonly from: string; readonly to: string } | null;
  readonly detail: string | null;
  readonly suggestions: string[];
}

async function search(q: string, more = ''): Promise<Found> {
  const { status, body } = await request(product.app).get(`/search?q=${encodeURIComponent(q)}${more}`);
  assert.equal(status, 200);
  return body;
}

/** Formats results, such as `ssh 22/tcp,udp,sctp`. */
async function found(q: string, more = ''): Promise<string[]> {
  const { results } = await search(q, more);
  return results.map(({ name, port, lastPort, protocols }) => {
    const span = port === lastPort ? port : `${port}-${lastPort}`;
    return `${name} ${span}/${protocols.join(',')}`;
  });
}

describe('a result', () => {
  test('has all protocols of one service and port, and their rows', async () => {
    const { results } = await search('ssh', '&limit=1');
    const { rows: assignments } = results[0] as Result;
    const { body } = await request(product.app).get('/services/ssh');
    assert.deepEqual(results, [
      {
        kind: 'assignment',
        port: 22,
        lastPort: 22,
        protocols: ['tcp', 'udp', 'sctp'],
        name: 'ssh',
        description: 'The Secure Shell (SSH) Protocol',
        origin: 'iana',
        prominence: 3,
        rows: body.assignments.filter(({ firstPort }: { firstPort: number | null }) => firstPort === 22),
      },
    ]);
    assert.equal(assignments.length, 3);
  });

  test('of a use has the use', async () => {
    const [first] = (await search('Xsan Filesystem Access')).results;
    const { body } = await request(product.app).get('/associations/xsan-filesystem-access');
    assert.deepEqual(first, {
      kind: 'association',
      port: 49152,
      lastPort: 65535,
      protocols: ['tcp'],
      name: 'Xsan Filesystem Access',
      description: 'Apple Xsan',
      origin: 'informal',
      prominence: 3,
      rows: [body],
    });
  });
});

describe('the best results come first', () => {
  test('a name before words, prominent services before others, and results without a port last', async () => {
    const { results } = await search('ssh', '&limit=1000');
    assert.deepEqual([results[0]?.name, results[0]?.port], ['ssh', 22]);
    const withoutPort = results.map(({ port }) => port === null);
    assert.deepEqual(
      withoutPort,
      withoutPort.toSorted((a, b) => Number(a) - Number(b)),
    );
    assert.ok(withoutPort.includes(true));
  });

  test('the same query has the same results in the same order', async () => {
    for (const q of ['server', 'n', '80']) {
      assert.deepEqual(await search(q, '&limit=1000'), await search(q, '&limit=1000'));
    }
  });

  test('a protocol in the text is a preference', async () => {
    const [first] = (await search('syslog udp')).results;
    assert.deepEqual([first?.name, first?.port, first?.protocols], ['syslog', 514, ['udp']]);
  });
});

describe('a name is found in the spellings that people use', () => {
  const cases = [
    ['whois++', 'whois++ 63/tcp,udp'],
    ['sql*net', 'sql*net 66/tcp,udp'],
    ['x11', 'x11 6000-6063/tcp,udp'],
    ['X 11', 'x11 6000-6063/tcp,udp'],
    ['z39.50', 'z39.50 210/tcp,udp'],
    ['dmexpress', 'DMExpress 32636/tcp,udp'],
    ['FORTÉ vision', 'vision-mon 4413/tcp'],
    ['cl/1', 'cl/1 172/tcp,udp'],
    ['  ssh\t', 'ssh 22/tcp,udp,sctp'],
    ['default port of ssh', 'ssh 22/tcp,udp,sctp'],
    ['ssh 포트', 'ssh 22/tcp,udp,sctp'],
    ['dns', 'domain 53/tcp,udp'],
    ['rpcbind', 'sunrpc 111/tcp,udp'],
  ] as const;
  for (const [q, first] of cases) test(q, async () => assert.equal((await found(q))[0], first));

  test('all words are required, the last one as the beginning of a word', async () => {
    const x11 = 'x11 6000-6063/tcp,udp';
    assert.ok((await found('window system')).includes(x11));
    assert.ok((await found('x window syst')).includes(x11));
    assert.deepEqual(await found('syst window x', '&literal=true'), []);
  });

  test('where no result has all words, those with some of them are given, and a sentence says so', async () => {
    const { results, detail } = await search('postgresql nosuchword');
    assert.deepEqual([results[0]?.port, detail], [5432, 'No result has all the words: these have some of them.']);
  });
});

describe('a text that asks for ports finds their rows', () => {
  test('single ports before ranges, prominent ones first', async () => {
    const names = async (q: string) => (await search(q)).results.map(({ name }) => name);
    assert.equal((await names('60257'))[0], 'Xsan Filesystem Access');
    assert.deepEqual(await found('00080', '&origin=iana&protocol=sctp'), ['http 80/tcp,udp,sctp']);
  });

  test('in any notation', async () => {
    for (const q of ['443/sctp', 'sctp/443', 'sctp 443', 'what uses port 443 sctp?']) {
      assert.deepEqual(await found(q), ['https 443/tcp,udp,sctp'], q);
    }
    const all = await found('22', '&limit=1000');
    for (const q of [':22', 'localhost:22', 'https://host:22/x', 'port 22']) {
      assert.equal((await found(q))[0], all[0], q);
    }
    const ports = (await search('6008-6012,22', '&limit=1000')).results.map(({ port }) => port);
    assert.ok([22, 6000, 6010].every((port) => ports.includes(port)));
  });

  test('and above 65535, a sentence says where ports end', async () => {
    for (const q of ['65536', '70000', 'port 70000']) {
      const { count, detail, corrected } = await search(q);
      assert.deepEqual(
        { count, detail, corrected },
        { count: 0, detail: 'Port numbers end at 65535.', corrected: null },
        q,
      );
    }
  });

  test('that is a former name finds the port, and a sentence says so', async () => {
    const { results, detail, corrected } = await search('SLDAP');
    assert.deepEqual(
      { first: [results[0]?.port, results[0]?.name], detail, corrected },
      { first: [636, 'ldaps'], detail: '"SLDAP" is a former name of port 636.', corrected: null },
    );
    assert.equal((await search('ldaps')).detail, null);
  });

  test('then results with the digits in a word, each once', async () => {
    const { count, results } = await search('22', '&limit=1000');
    const isOfPort = results.map(({ port, lastPort }) => Number(port) <= 22 && 22 <= Number(lastPort));
    assert.ok(isOfPort[0]);
    assert.deepEqual(
      isOfPort,
      isOfPort.toSorted((a, b) => Number(b) - Number(a)),
    );
    assert.equal(new Set(results.map((result) => JSON.stringify(result))).size, count);
  });
});

describe('a misspelled text is corrected', () => {
  const cases = [
    ['sssh', 'ssh', 22],
    ['postgress', 'postgres', 5432],
    ['kubernets', 'kubernetes', 6443],
    ['telnt', 'telnet', 23],
    ['mongdb', 'mongodb', 27017],
    ['remote desktpo', 'remote desktop', 3389],
    ['постгрес', 'postgres', 5432],
  ] as const;
  for (const [q, to, port] of cases) {
    test(`${q}: ${to}`, async () => {
      const { corrected, results } = await search(q);
      assert.deepEqual([corrected, results[0]?.port], [{ from: q, to }, port]);
      assert.deepEqual(results, (await search(to)).results);
    });
  }

  test('unless it is a name, or the request asks for the text as it is', async () => {
    for (const q of ['ssh', 'sshell', 'webmin', 'cadlock']) assert.equal((await search(q)).corrected, null, q);
    const { corrected, count } = await search('kubernets', '&literal=true');
    assert.deepEqual([corrected, count], [null, 0]);
    const { status, body } = await request(product.app).get('/search?q=x&literal=yes');
    assert.deepEqual([status, body.detail], [400, 'Cannot parse literal "yes": expected true or false']);
  });
});

describe('without results', () => {
  test('because of a filter, the query itself is not suggested', async () => {
    const { count, suggestions } = await search('http', '&state=reserved');
    assert.deepEqual([count, suggestions.includes('http')], [0, false]);
  });

  test('and without similar names, there are no suggestions', async () => {
    for (const q of ['', ' ', '%', '"', 'qqqqqqqqqqqq', 'x'.repeat(3000), '😀']) {
      assert.deepEqual((await search(q)).suggestions, [], q);
    }
  });

  test('a search with results has no suggestions', async () => assert.deepEqual((await search('ssh')).suggestions, []));
});

describe('a browser is sent to the page of', () => {
  const browse = (q: string, more = '') =>
    request(product.app)
      .get(`/search?q=${encodeURIComponent(q)}${more}`)
      .set('Accept', 'text/html');
  const cases = [
    ['443', '/ports/443'],
    ['443/tcp', '/ports/443/tcp'],
    ['what uses port 8080?', '/ports/8080'],
    ['22,80', '/ports?ports=22%2C80'],
    ['6000-6010/udp', '/ports?ports=6000-6010%2Fudp'],
    ['SSH', '/services/SSH'],
    ['whois++', '/services/whois%2B%2B'],
    ['Xsan Filesystem Access', '/services/Xsan%20Filesystem%20Access'],
  ] as const;
  for (const [q, location] of cases) {
    test(q, async () => {
      const { status, headers } = await browse(q);
      assert.deepEqual([status, headers.location], [303, location]);
    });
  }

  test('the results for any other text, with a filter, and if it asks for the text as it is', async () => {
    for (const path of ['secure shell protocol', '70000', '0-65535'])
      assert.equal((await browse(path)).status, 200, path);
    for (const more of ['&literal=true', '&origin=iana', '&limit=5']) {
      assert.equal((await browse('ssh', more)).status, 200, more);
    }
  });

  test('and the page of a correction says what it shows, with a link to the text as it is', async () => {
    const { text } = await browse('kubernets');
    assert.match(text, /Showing results for <b>(?:<bdi>)?kubernetes/);
    assert.match(text, /<a href="\/search\?q=kubernets&amp;literal=true">/);
  });
});
