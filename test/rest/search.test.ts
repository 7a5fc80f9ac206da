import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

interface Result {
  readonly kind: string;
  readonly port: number | null;
  readonly protocol: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly origin: string;
  readonly row: Readonly<Record<string, unknown>>;
}

async function search(q: string, more = ''): Promise<{ count: number; results: Result[]; suggestions: string[] }> {
  const { status, body } = await request(product.app).get(`/search?q=${encodeURIComponent(q)}${more}`);
  assert.equal(status, 200);
  return body;
}

/** Results in short: `ssh 22/tcp`. */
async function found(q: string, more = ''): Promise<string[]> {
  const { results } = await search(q, more);
  return results.map(({ name, port, protocol }) => `${name} ${port}/${protocol}`);
}

describe('the best results come first', () => {
  test('exact names, then names with the prefix, shortest first, then rows with the word', async () => {
    const { results } = await search('ssh', '&limit=1000');
    const place = ({ name }: Result) => (name === 'ssh' ? 0 : Number(!/^ssh/i.test(name ?? '')) + 1);
    assert.deepEqual(results.map(place), results.map(place).sort());
    assert.deepEqual((await found('ssh')).slice(0, 8), [
      'ssh 22/tcp',
      'ssh 22/udp',
      'ssh 22/sctp',
      'ssh null/tcp',
      'sshell 614/tcp',
      'sshell 614/udp',
      'ssh-mgmt 17235/tcp',
      'ssh-mgmt 17235/udp',
    ]);
    assert.ok(results.some(({ name }) => name === 'netconf-ssh'));
    const described = results.filter(({ name }) => !/ssh/i.test(name ?? ''));
    assert.ok(described.length > 0, 'words of the description count too');
    const lengths = results.filter((result) => place(result) === 1).map(({ name }) => name?.length ?? 0);
    assert.deepEqual(
      lengths,
      lengths.toSorted((a, b) => a - b),
    );
  });

  test('official rows come before informal ones of the same rank', async () => {
    const { results } = await search('8080');
    const kinds = results.map(({ kind }) => kind).slice(0, 11);
    assert.deepEqual(kinds, ['assignment', 'assignment', ...Array.from({ length: 9 }, () => 'association')]);
    const kindsOf6010 = (await search('6010')).results.map(({ name, kind }) => `${kind} ${name}`);
    assert.deepEqual(kindsOf6010, ['assignment x11', 'assignment x11', 'association X11 forwarding by sshd']);
  });

  test('the same query has the same results in the same order', async () => {
    for (const q of ['server', 'n', '80']) {
      assert.deepEqual(await search(q, '&limit=1000'), await search(q, '&limit=1000'));
    }
  });
});

describe('a name is found in the spellings that people use', () => {
  const cases = [
    ['whois', ['whois++ 63/tcp', 'whois++ 63/udp', 'whoispp 63/tcp', 'whoispp 63/udp']],
    ['whois++', ['whois++ 63/tcp', 'whois++ 63/udp']],
    ['sql*net', ['sql*net 66/tcp', 'sql*net 66/udp']],
    ['SQL-Net', ['sql-net 66/tcp', 'sql-net 66/udp', 'sql-net 150/tcp', 'sql-net 150/udp']],
    ['x11', ['x11 6000/tcp', 'x11 6000/udp', 'X11 forwarding by sshd 6010/tcp']],
    ['X 11', ['X11 forwarding by sshd 6010/tcp', 'x11 6000/tcp', 'x11 6000/udp']],
    ['z39.50', ['z39.50 210/tcp', 'z39.50 210/udp', 'z39-50 210/tcp', 'z39-50 210/udp']],
    ['z39-50', ['z39-50 210/tcp', 'z39-50 210/udp', 'z39.50 210/tcp', 'z39.50 210/udp']],
    ['forte', ['vision-mon 4413/tcp', 'vision-mon-disc 4413/udp']],
    ['FORTÉ', ['vision-mon 4413/tcp', 'vision-mon-disc 4413/udp']],
    ['FORTE\u0301 vis', ['vision-mon 4413/tcp', 'vision-mon-disc 4413/udp']],
    ['dmexpress', ['DMExpress 32636/tcp', 'DMExpress 32636/udp']],
    ['cl/1', ['cl/1 172/tcp', 'cl/1 172/udp']],
    ['xsan filesystem access', ['Xsan Filesystem Access 49152/tcp']],
    ['  ssh\t', ['ssh 22/tcp']],
  ] as const;
  for (const [q, expected] of cases) {
    test(JSON.stringify(q), async () => {
      assert.deepEqual((await found(q)).slice(0, expected.length).sort(), expected.toSorted());
      assert.equal((await found(q))[0]?.split(' ').at(-1)?.split('/')[0], expected[0].split(' ').at(-1)?.split('/')[0]);
    });
  }

  test('sql net finds sql*net among the rows with both words, in any order of the words', async () => {
    const rows = [
      'sql*net 66/tcp',
      'sql*net 66/udp',
      'sql-net 150/tcp',
      'sql-net 150/udp',
      'sql-net 66/tcp',
      'sql-net 66/udp',
    ];
    assert.deepEqual((await found('sql net')).sort(), rows);
    assert.deepEqual((await found('net sql')).sort(), rows);
  });

  test('all words are required, the last one as the beginning of a word', async () => {
    assert.deepEqual(await found('window system'), ['x11 6000/tcp', 'x11 6000/udp']);
    assert.deepEqual(await found('x window syst'), ['x11 6000/tcp', 'x11 6000/udp']);
    assert.deepEqual(await found('syst window x'), []);
    assert.deepEqual(await found('window system nosuchword'), []);
  });
});

describe('a number finds the rows of its port', () => {
  test('through ranges, the narrowest first', async () => {
    const names = async (q: string) => [...new Set((await search(q)).results.map(({ name }) => name))];
    assert.deepEqual(await names('6010'), ['x11', 'X11 forwarding by sshd']);
    assert.deepEqual(await names('60257'), [
      'mosh sessions',
      'Skype for Business video media',
      'GlusterFS bricks',
      'TURN relayed addresses',
      'Windows dynamic RPC endpoints',
      'Xsan Filesystem Access',
    ]);
    assert.deepEqual(await found('00080', '&origin=iana&protocol=sctp'), ['http 80/sctp']);
  });

  test('then rows with the digits in a word, each row once', async () => {
    const { count, results } = await search('22', '&limit=1000');
    const isOfPort = results.map(({ row }) => Number(row.firstPort) <= 22 && 22 <= Number(row.lastPort));
    assert.deepEqual(isOfPort.slice(0, 4), [true, true, true, false]);
    assert.equal(isOfPort.lastIndexOf(true), 2);
    assert.equal(new Set(results.map(({ row }) => JSON.stringify(row))).size, count);
  });

  test('and 65536 is no port', async () => assert.deepEqual(await found('65536'), []));
});

describe('without results', () => {
  test('similar names are suggested', async () => {
    const cases = [
      ['sssh', ['ssh']],
      ['postgresq1', ['postgresql']],
      ['Kubernets', ['Kubernetes']],
      ['aple remot', ['able remote']],
      ['kubernets api', ['kubernetes api']],
    ] as const;
    for (const [q, [first]] of cases) {
      const { count, suggestions } = await search(q);
      assert.equal(count, 0, q);
      assert.equal(suggestions[0]?.toLowerCase(), first.toLowerCase(), q);
      assert.ok((await search(suggestions[0] ?? '')).count > 0, 'what is suggested can be found');
    }
  });

  test('because of a filter, the query itself is not suggested', async () => {
    const { count, suggestions } = await search('http', '&state=reserved');
    assert.deepEqual([count, suggestions.includes('http')], [0, false]);
  });

  test('and without similar names, there are no suggestions', async () => {
    for (const q of ['', ' ', '%', '"', 'qqqqqqqqqqqq', 'x'.repeat(3000), '😀']) {
      assert.deepEqual((await search(q)).suggestions, [], q);
    }
  });

  test('each of up to 4 words is corrected, and none if there are more', async () => {
    const words = ['unassigned', 'servwr', 'reserved', 'tcp'];
    assert.deepEqual((await search(words.join(' '))).suggestions, ['unassigned server reserved tcp']);
    assert.deepEqual((await search([...words, 'tcp'].join(' '))).suggestions, []);
  });

  test('a search with results has no suggestions', async () => assert.deepEqual((await search('ssh')).suggestions, []));
});
