import { workerData } from 'node:worker_threads';

/** What the worker is told: patterns, and where it says how far it is. */
export interface RegexWork {
  readonly patterns: readonly { readonly source: string; readonly flags: string }[];
  /** Two 32-bit integers: the pattern and the input that are being tried. */
  readonly progress: SharedArrayBuffer;
}

/** How long each input is, in UTF-16 code units. */
const LENGTH = 100_000;
/** Ends an input so that a pattern which must reach the end does not: neither a run of blanks nor one of anything else. */
const MISMATCH = ' \u0001';

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index));
const OTHERS = [
  '\t',
  '\n',
  '\r',
  '\0',
  '\u001b',
  '\u007f',
  '\u00a0',
  '\u2028',
  '\u0301',
  'é',
  '漢',
  '\ufdfa',
  '😀',
  '\ud800',
];
/** What tells blanks, digits, letters, quotes and brackets apart. */
const SAMPLES = [' ', '\n', '0', 'a', '"', '[', '/', '-'];

/** The words that a pattern holds literally; parts of classes among them, which does no harm. */
function wordsOf(source: string): string[] {
  const words = source.match(/(?:\\[^dDwWsSbBpPkux]|[^\\[\](){}|?*+^$.])+/g) ?? [];
  return [...new Set(words.map((word) => word.replaceAll(/\\(.)/g, '$1')))];
}

function filled(word: string): string {
  return word.repeat(Math.ceil(LENGTH / word.length));
}

/** Each character repeated, with and without an end that does not match. */
const REPEATED = [...PRINTABLE, ...OTHERS].flatMap((character) => [filled(character), filled(character) + MISMATCH]);

/** What a pattern's own words make: each repeated, alone, in pairs, and as a beginning of a run of one character. */
function* ownInputs(source: string): Generator<string> {
  const words = wordsOf(source);
  for (const [index, word] of words.entries()) {
    yield filled(word) + MISMATCH;
    const beginning = words.slice(0, index + 1).join('');
    for (const sample of SAMPLES) yield beginning + filled(sample) + MISMATCH;
    for (const other of [...words, ...SAMPLES]) {
      if (other !== word) yield words[0] + filled(word + other) + MISMATCH;
    }
  }
}

const { patterns, progress } = workerData as RegexWork;
const place = new Int32Array(progress);
for (const [index, { source, flags }] of patterns.entries()) {
  const pattern = new RegExp(source, flags.includes('g') ? flags : `${flags}g`);
  let input = 0;
  for (const inputs of [REPEATED, ownInputs(source)]) {
    for (const text of inputs) {
      Atomics.store(place, 0, index);
      Atomics.store(place, 1, input++);
      text.replace(pattern, '');
    }
  }
}
