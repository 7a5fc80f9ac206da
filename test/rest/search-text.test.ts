import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseSearchQuestion } from '../../src/registry/search/search-question.ts';
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
interface Result {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

const ROWS = new Map([...OFFICIAL_ROWS, ...INFORMAL_ROWS].map((row) => [row.key, row]));

/** Checks that a text finds the rows with all its words, or those of its port, and no other row. */
async function check(text: string): Promise<void> {
  const read = text.slice(0, 200);
  const hasWords = havingWords(text);
  const { ports, detail } = parseSearchQuestion(text);
  const isOfPort = /^\s*\d{1,5}\s*$/.test(read) ? containing(Number(read), Number(read)) : () => false;
  const fits = (row: BundledRow) => isOfPort(row) || hasWords(row);
  const query = new URLSearchParams({ q: text, literal: 'true', limit: '1000' });
  const { status, body } = await request(product.app).get(`/search?${query}`);
  assert.equal(status, 200, text);
  const found = new Set<string>(body.results.flatMap(({ rows }: Result) => rows.map(keyOf)));
  for (const key of found) assert.ok(ROWS.has(key), `${JSON.stringify(text)} found ${key}`);
  assert.equal(body.results.length, Math.min(body.count, 1000));
  // A list of ports finds no words.
  if (body.count > 1000 || ports.length > 0 !== /^\s*\d{1,5}\s*$/.test(read) || detail !== null) return;
  const missed = [...OFFICIAL_ROWS, ...INFORMAL_ROWS].filter((row) => fits(row) && !found.has(row.key));
  assert.deepEqual(
    missed.map(({ key }) => key),
    [],
    JSON.stringify(text),
  );
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
      // The first 16 words are read: a row with them is found with any further words.
      `${'ssh '.repeat(16)}nosuchword`,
      `${'ssh '.repeat(15)}nosuchword`,
      // One character expands to four words.
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
