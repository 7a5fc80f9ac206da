import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type BundledRow,
  containing,
  havingWords,
  INFORMAL_ROWS,
  keyOf,
  OFFICIAL_ROWS,
} from '../support/bundled-rows.ts';
import { request } from '../support/contract.ts';
import { fc } from '../support/properties.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();
const ROWS = new Map([...OFFICIAL_ROWS, ...INFORMAL_ROWS].map((row) => [row.key, row]));

/** Checks that a text finds rows with all its words or of the port that it is, and misses none of them. */
async function check(text: string): Promise<void> {
  const read = text.slice(0, 200);
  const hasWords = havingWords(text);
  const isOfPort = /^\s*\d{1,5}\s*$/.test(read) ? containing(Number(read), Number(read)) : () => false;
  const fits = (row: BundledRow) => isOfPort(row) || hasWords(row);
  const { status, body } = await request(product.app).get(`/search?q=${encodeURIComponent(text)}&limit=20`);
  assert.equal(status, 200, text);
  for (const { row } of body.results) {
    const known = ROWS.get(keyOf(row));
    assert.ok(known !== undefined && fits(known), `${JSON.stringify(text)} found ${keyOf(row)}`);
  }
  const count = [...OFFICIAL_ROWS, ...INFORMAL_ROWS].filter(fits).length;
  assert.equal(body.count, count, JSON.stringify(text));
}

describe('no character has a special meaning', () => {
  const texts = [
    ...[
      '%',
      '_',
      '"',
      '*',
      'ht*',
      '(',
      ')',
      '\\',
      '\0',
      'ssh\0x',
      "'",
      '--',
      ';',
      '^ssh',
      '-ssh',
      '+',
      ':',
      '{',
      '😀',
      'x😀11',
    ],
    ...['NOT', 'AND', 'OR', 'NEAR', 'NEAR(ssh http)', 'ssh AND http', 'http NOT ssh', 'ssh OR http', 'name_words:http'],
    ...[
      '"ssh',
      'ssh"*',
      '{name_words}: ssh',
      'rowid',
      "ssh'; DROP TABLE list; --",
      'ssh%',
      's_h',
      'ｓｓｈ',
      'ＳＳＨ',
      'ﬁle',
    ],
    ...[
      'x'.repeat(3000),
      `${' '.repeat(200)}ssh`,
      `${'ssh '.repeat(750)}`,
      // The first 16 words are read: a row with them is found whatever comes after.
      `${'ssh '.repeat(16)}nosuchword`,
      `${'ssh '.repeat(15)}nosuchword`,
      // One character stands for four words.
      '\uFDFA'.repeat(198),
      `${'ssh http '.repeat(3)}s`,
      'tcp tcp',
      'tcp udp tcp',
      'İ',
      'ß',
      'ſ',
      'K',
      'http 𞤀',
      'http \u{16A40}',
    ],
    ...[
      '\uFFFD',
      'ssh \uFFFD',
      '\u200Bssh',
      '\u202Essh',
      'http ²',
      '①',
      'Ⅷ',
      '٨٠',
      '８０',
      '80',
      '080',
      '000080',
      '65535',
    ],
  ];
  for (const text of texts) {
    test(JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text), () => check(text));
  }

  test('in any text', async () => {
    const words = [...new Set([...ROWS.values()].flatMap((row) => [...row.words]))];
    const known = fc.constantFrom(...words);
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.oneof(known, fc.string({ maxLength: 3 }), fc.constantFrom('AND', '*', '"', '(')), { maxLength: 4 })
        .map((parts) => parts.join(' ')),
      fc.tuple(known, fc.nat(6)).map(([word, end]) => word.slice(0, end)),
      fc.nat(99_999).map(String),
    );
    await fc.assert(
      fc.asyncProperty(text, (asked) => check(asked.toWellFormed())),
      { numRuns: 150 },
    );
  });
});
