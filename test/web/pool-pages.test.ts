import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import supertest from 'supertest';
import { PAGE_POLICY } from '../../src/web/parts/policy.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const NAME = `it's <b>`;

async function page(path: string): Promise<string> {
  const answer = await supertest(product.app).get(path).set('Accept', 'text/html');
  assert.deepEqual([answer.status, answer.type], [200, 'text/html'], path);
  assert.equal(answer.headers['content-security-policy'], PAGE_POLICY);
  return answer.text;
}

function asText(part: string): string {
  return part
    .replace(/<[^>]+>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .trim();
}

/** Returns the name and the value of each field of the form, and the checked protocols. */
function formOf(text: string) {
  const [form = ''] = /<form id="pool".*?<\/form>/s.exec(text) ?? [];
  const fields = [...form.matchAll(/<label for="entry-(\w+)">([^<]*)<\/label><input [^>]* value="([^"]*)"/g)];
  return {
    target: / data-pool="([^"]*)"/.exec(form)?.[1] ?? null,
    fields: fields.map((found) => found.slice(1)),
    protocols: [...form.matchAll(/value="(\w+)" checked/g)].map(([, protocol]) => protocol),
    isDisabled: form.includes('<fieldset class="fields" disabled>'),
  };
}

test('the page of the pools has the form of a new one, and nothing to delete', async () => {
  const text = await page('/pools');
  assert.ok(text.includes('<p>There are none yet. An admin creates them.</p>'));
  assert.ok(text.includes('<summary class="button">New pool</summary>'));
  assert.deepEqual(formOf(text), {
    target: null,
    fields: [
      ['name', 'Name', ''],
      ['ranges', 'Ports, such as 20000-20999, 30000-30099', ''],
      ['owner', 'Owner', ''],
    ],
    protocols: ['tcp', 'udp'],
    isDisabled: true,
  });
  const [, words = ''] = /<noscript>(.*?)<\/noscript>/s.exec(text) ?? [];
  assert.equal(
    asText(words),
    `To save a pool here, the page needs JavaScript. Without it, use the command line:
curl 'localhost:7605/pools' -H "Authorization: Bearer $TOKEN" --json '{"name":"payments","ranges":["20000-20999"]}'`,
  );
  assert.ok(!text.includes('delete-dialog'));
  assert.ok((await page('/own')).includes('None. An admin creates them on the page <a href="/pools">Pools</a>.'));
});

describe('the page of a pool', () => {
  before(async () => {
    await request(product.app)
      .post('/pools')
      .set('Authorization', product.bearer('admin'))
      .send({ name: NAME, ranges: ['30000', '20000-20099'], protocols: ['udp'], owner: 'a "team"' })
      .expect(201);
  });

  test('has the form with its values, without the name', async () => {
    const text = await page(`/pools/${encodeURIComponent(NAME)}`);
    assert.ok(text.includes('<summary class="button">Change</summary>'));
    assert.deepEqual(formOf(text), {
      target: 'it&#39;s &lt;b&gt;',
      fields: [
        ['ranges', 'Ports, such as 20000-20999, 30000-30099', '20000-20099, 30000'],
        ['owner', 'Owner', 'a &quot;team&quot;'],
      ],
      protocols: ['udp'],
      isDisabled: true,
    });
    const [, words = ''] = /<noscript>(.*?)<\/noscript>/s.exec(text) ?? [];
    assert.equal(
      asText(words),
      `To save a pool here, the page needs JavaScript. Without it, use the command line:
curl -X PATCH 'localhost:7605/pools/it'\\''s%20%3Cb%3E' -H "Authorization: Bearer $TOKEN" --json '{"owner":"payments"}'`,
    );
  });

  test('describes the pool in the dialog that asks before it is deleted', async () => {
    const text = await page(`/pools/${encodeURIComponent(NAME)}`);
    const [, dialog = ''] = /<dialog id="delete-dialog"[^>]*>(.*?)<p class="fault/s.exec(text) ?? [];
    assert.equal(
      asText(dialog),
      `Delete this pool?\nit's <b> on 20000-20099, 30000 (udp). Own entries on these ports stay.`,
    );
  });
});
