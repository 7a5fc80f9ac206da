import { workerData } from 'node:worker_threads';

/** The task of the worker: patterns, and shared memory for its progress. */
export interface RegexWork {
  readonly patterns: readonly { readonly source: string; readonly flags: string }[];
  /** Two 32-bit integers: the indexes of the current pattern and input. */
  readonly progress: SharedArrayBuffer;
}

/** The length of each input, in UTF-16 code units. */
const LENGTH = 100_000;
/** The end of an input, which stops a pattern anchored at the end from matching: a blank and a control character. */
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
/** One sample of blanks, digits, letters, quotes, brackets and other marks. */
const SAMPLES = [' ', '\n', '0', 'a', '"', '[', '/', '-'];

/** Returns the literal words of a pattern. They include parts of character classes, which is harmless. */
function wordsOf(source: string): string[] {
  const words = source.match(/(?:\\[^dDwWsSbBpPkux]|[^\\[\](){}|?*+^$.])+/g) ?? [];
  return [...new Set(words.map((word) => word.replaceAll(/\\(.)/g, '$1')))];
}

function filled(word: string): string {
  return word.repeat(Math.ceil(LENGTH / word.length));
}

/** Each character repeated, with and without an end that does not match. */
const REPEATED = [...PRINTABLE, ...OTHERS].flatMap((character) => [filled(character), filled(character) + MISMATCH]);

/** Yields inputs from the words of a pattern: each repeated alone, in pairs, and before one repeated character. */
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
