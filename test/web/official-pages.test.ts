import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIDENCE_WORDS, CONFIDENCES } from '../../src/registry/rows/association.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

async function read(path: string): Promise<string> {
  const { status, text } = await request(product.app).get(path).set('Accept', 'text/html');
  assert.equal(status, 200, path);
  return text;
}

test('a service page has one line for rows that differ in the protocol only, and names the port in the title', async () => {
  const text = await read('/services/http');
  assert.deepEqual(text.match(/data-label="Protocol">[^<]*/g), [
    'data-label="Protocol">tcp, udp',
    'data-label="Protocol">sctp',
  ]);
  assert.ok(text.includes('<title>http: port 80 · Portolan</title>'), text.slice(0, 400));
  assert.match(text, /assignee IESG<\/bdi> · <bdi>contact IETF Chair<\/bdi>/);
  assert.ok(text.includes('<bdi>assignee and contact Randall Stewart</bdi>'));
  assert.doesNotMatch(text, /\[IESG\]/);
});

test('the list of official rows has one line for each row', async () => {
  const text = await read('/assignments?service=http&port=80');
  assert.equal(text.match(/data-label="Protocol">/g)?.length, 3);
});

test('a state whose word does not say what it means has an explanation', async () => {
  const text = await read('/ports/24');
  assert.ok(text.includes('sctp <span><abbr title="IANA does not list it for this protocol">unlisted</abbr></span>'));
  assert.ok(text.includes('tcp <span>assigned</span>'));
  const recorded = await read('/assignments?state=recorded&limit=1');
  assert.ok(recorded.includes('<abbr title="IANA has not assigned it, but lists a widespread use">recorded</abbr>'));
});

test('/about has the words for each confidence that lists have, and those of the API', async () => {
  const text = await read('/about');
  for (const confidence of CONFIDENCES) {
    assert.ok(text.includes(`<i>${CONFIDENCE_WORDS[confidence]}</i> (<code>${confidence}</code> in the API)`));
  }
});

test('/about explains each state', async () => {
  const text = await read('/about');
  const states = [
    ...(text
      .split('id="states"')[1]
      ?.split('</section>')[0]
      ?.matchAll(/<dt>(\w+)<\/dt><dd>[^<]+\./g) ?? []),
  ];
  assert.deepEqual(
    states.map(([, state]) => state),
    ['Assigned', 'Recorded', 'Reserved', 'Deregistered', 'Unassigned', 'Unlisted', 'Dynamic'],
  );
});

test('numbers of a table are aligned and have separators', async () => {
  const text = await read('/registry');
  assert.ok(text.includes('<th role="columnheader" scope="col" class="number">Rows</th>'));
  assert.ok(text.includes('<td role="cell" data-label="Rows" class="number">14,270</td>'));
  const ranges = await read('/ranges');
  assert.ok(ranges.includes('<td role="cell" data-label="Count" class="number">48,128</td>'));
});

test('the page of the registry says how to keep it current', async () => {
  const text = await read('/registry');
  assert.ok(text.includes('<p>No update has been made yet.</p>'));
  assert.ok(text.includes('<summary>Keep it current</summary>'));
  assert.ok(text.includes('<code>UPDATE_SCHEDULE=&#39;43 4 * * *&#39;</code>'));
  assert.ok(text.includes('<code>portolan update</code>'));
});

test('the title of a list has its filters and its first item', async () => {
  const cases = [
    ['/assignments', 'Official rows'],
    ['/assignments?service=http&protocol=tcp', 'Official rows: http, tcp'],
    ['/assignments?q=mail&limit=5&offset=5', 'Official rows: mail, from 6'],
    ['/registry/changes?kind=added', 'Changes of the registry: added'],
    ['/ports?ports=22,80', 'Several ports: 22,80'],
  ] as const;
  for (const [path, title] of cases) assert.ok((await read(path)).includes(`<title>${title} · Portolan</title>`), path);
  for (const character of ['x', '😀']) {
    const long = await read(`/assignments?q=${encodeURIComponent(character.repeat(150))}`);
    assert.ok(long.includes(`<title>Official rows: ${character.repeat(80)}… · Portolan</title>`), character);
  }
});

test('positions in a list have separators', async () => {
  assert.match(await read('/assignments?offset=14200'), /14,201 to 14,250 of 14,270/);
});
