import { mapInSteps, runAllSteps, type Steps } from '../registry/values/run-step.ts';

/** The cells of a line; the last cell may be truncated to fit. */
export type Row = readonly string[];

/** The width of a line, in characters. */
const WIDTH = 80;
/** The longest cell that widens its column, in characters. */
const WIDEST_COLUMN = 30;
/** The length to which cells before the last one are truncated, in characters. */
const LONGEST_CELL = 46;
/** The shortest space for the last cell, in characters: with less, the cell is left out. */
const SHORTEST_LAST_CELL = 4;

/**
 * Aligns rows in columns, as `alignInSteps` does, at once.
 *
 * @param rows - Rows with the same number of cells.
 * @param isWide - True to truncate nothing.
 */
export function alignColumns(rows: readonly Row[], isWide = false): string {
  return runAllSteps(alignInSteps(rows, (row) => row, isWide));
}

/**
 * Aligns rows in columns separated by two blanks. The last cell is truncated, so that lines have at most 80 characters.
 *
 * @param items - The items, one for each row.
 * @param toRow - Returns the cells of an item: the same number for all.
 * @param isWide - True to truncate nothing.
 * @returns One line for each row, each ending in a line feed; empty for no rows.
 */
export function* alignInSteps<Item>(
  items: readonly Item[],
  toRow: (item: Item) => Row,
  isWide: boolean,
): Steps<string> {
  const [width, longest] = isWide ? [Infinity, Infinity] : [WIDTH, LONGEST_CELL];
  const clean = yield* mapInSteps(items, (item) =>
    toRow(item).map((cell, column, row) =>
      column < row.length - 1 ? truncate(toPrintable(cell), longest) : toPrintable(cell),
    ),
  );
  // The width of the last column is not needed.
  const columns = (clean[0]?.length ?? 0) - 1;
  const widths = Array.from({ length: Math.max(0, columns) }, (_, column) =>
    Math.max(...clean.map((row) => lengthOf(row[column] ?? '')).filter((length) => length <= WIDEST_COLUMN), 0),
  );
  return (yield* mapInSteps(clean, (row) => `${toLine(row, widths, width)}\n`)).join('');
}

function toLine(row: Row, widths: readonly number[], width: number): string {
  const start = row
    .slice(0, -1)
    .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - lengthOf(cell))))
    .join('  ');
  const available = width - lengthOf(start) - 2;
  return available < SHORTEST_LAST_CELL
    ? start.trimEnd()
    : `${start}  ${truncate(row.at(-1) ?? '', available)}`.trimEnd();
}

function truncate(text: string, most: number): string {
  if (text.length <= most || lengthOf(text) <= most) return text;
  // A character has two UTF-16 code units at most.
  return `${[...text.slice(0, 2 * most)].slice(0, most - 1).join('')}…`;
}

/**
 * Joins words with commas in lines of at most 80 characters that begin with the same prefix.
 *
 * @param prefix - The start of each line.
 * @param words - The words; the result is empty for no words.
 */
export function wrap(prefix: string, words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words.map(toPrintable)) {
    const line = lines.at(-1);
    if (line !== undefined && lengthOf(line) + lengthOf(word) + 2 <= WIDTH)
      lines[lines.length - 1] = `${line}, ${word}`;
    else lines.push(prefix + word);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * Replaces control and format characters by blanks: escape sequences and direction overrides control a terminal.
 *
 * @param text - Any text.
 */
export function toPrintable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** Returns the length in characters: a surrogate pair is one. */
function lengthOf(text: string): number {
  return text.length - (text.match(SURROGATE_PAIRS)?.length ?? 0);
}

const SURROGATE_PAIRS = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;
