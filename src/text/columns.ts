/** The cells of a line; the last one may be cut to fit. */
export type Row = readonly string[];

/** Width of a terminal, in characters. */
const WIDTH = 80;
/** Cells longer than this do not widen their column. */
const WIDEST_COLUMN = 30;
/** Cells before the last one are cut to this. */
const LONGEST_CELL = 46;
/** A last cell that would have less room than this is left out. */
const SHORTEST_LAST_CELL = 4;

/**
 * Sets rows in columns with two blanks between, cut to 80 characters at the end of the last cell.
 *
 * @param rows - Rows with the same number of cells.
 * @returns One line a row, each ending in a line feed; nothing for no rows.
 */
export function alignColumns(rows: readonly Row[]): string {
  const clean = rows.map((row) =>
    row.map((cell, column) => (column < row.length - 1 ? cut(toPrintable(cell), LONGEST_CELL) : toPrintable(cell))),
  );
  const columns = clean[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...clean.map((row) => lengthOf(row[column] ?? '')).filter((length) => length <= WIDEST_COLUMN), 0),
  );
  return clean.map((row) => `${toLine(row, widths)}\n`).join('');
}

function toLine(row: Row, widths: readonly number[]): string {
  const start = row
    .slice(0, -1)
    .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - lengthOf(cell))))
    .join('  ');
  const room = WIDTH - lengthOf(start) - 2;
  return room < SHORTEST_LAST_CELL ? start.trimEnd() : `${start}  ${cut(row.at(-1) ?? '', room)}`.trimEnd();
}

function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

/**
 * Sets words behind a lead, with commas between, and begins a new line with the same lead where 80 characters are full.
 *
 * @param lead - How each line begins.
 * @param words - The words; no line is written for none.
 */
export function wrap(lead: string, words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words.map(toPrintable)) {
    const line = lines.at(-1);
    if (line !== undefined && lengthOf(line) + lengthOf(word) + 2 <= WIDTH)
      lines[lines.length - 1] = `${line}, ${word}`;
    else lines.push(lead + word);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** Control and format characters (escape sequences, direction overrides) would command the terminal; they become blanks. */
function toPrintable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

function lengthOf(text: string): number {
  return [...text].length;
}
