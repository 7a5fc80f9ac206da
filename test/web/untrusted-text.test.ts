import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderUntrusted } from '../../src/web/parts/untrusted-text.ts';

/** The module of the browser, which has no types. */
const MODULE = new URL('../../src/web/browser/parts/invisible-characters.js', import.meta.url).href;
const CODE_POINTS = 0x11_00_00;
const PLANE = 0x1_00_00;
/** From here, only the first block of each plane is tested: nearly all others are unassigned, ideographs or private use. */
const OTHER_PLANES = 2 * PLANE;
const BLOCK = 0x10_00;

test('the server and the scripts of its pages show the same characters as code points', async () => {
  const { plainText } = await import(MODULE);
  let count = 0;
  for (let first = 0; first < CODE_POINTS; first += first < OTHER_PLANES ? BLOCK : PLANE) {
    const codes = Array.from({ length: BLOCK }, (_, index) => first + index);
    const characters = codes.map((code) => String.fromCodePoint(code).toWellFormed());
    const text = characters.join('');
    const byServer = [...String(renderUntrusted(text)).matchAll(/>U\+([0-9A-F]+)</g)].map(([, hex]) => hex);
    // Scripts replace invisible characters with U+FFFD on a canvas.
    const replaced = [...(plainText(text) as string)];
    const byScript = codes.filter((_, index) => replaced[index] !== characters[index]);
    assert.deepEqual(
      byServer,
      byScript.map((code) => code.toString(16).toUpperCase().padStart(4, '0')),
    );
    count += byServer.length;
  }
  assert.ok(count > 50_000);
});

test('invisible characters have their code points', () => {
  for (const [text, shown] of [
    ['a\u202Eb', 'a<span class="invisible" title="invisible character">U+202E</span>b'],
    ['\u200B', '<span class="invisible" title="invisible character">U+200B</span>'],
    ['\u2028', '<span class="invisible" title="invisible character">U+2028</span>'],
    ['\n\t é \u{1F600}', '\n\t é \u{1F600}'],
  ] as const)
    assert.equal(String(renderUntrusted(text)), `<bdi>${shown}</bdi>`);
});
