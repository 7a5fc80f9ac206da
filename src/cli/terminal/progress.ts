import { SingleBar } from 'cli-progress';
import type { SourceFile } from '../../sources/csv-table.ts';

/** The progress display of an import. */
export interface Progress {
  /** Updates the number of rows stored so far. */
  readonly at: (rows: number) => void;
  /** Removes the bar. */
  readonly end: () => void;
}

/** A progress display that prints nothing. */
export const SILENT: Progress = { at: () => {}, end: () => {} };

const LINE_EVERY_ROWS = 5_000;

/**
 * Shows the progress on standard error: a bar on a terminal, otherwise a line every 5,000 rows.
 *
 * @param file - The file. Its number of lines estimates its number of rows.
 */
export function showProgress(file: SourceFile): Progress {
  if (!process.stderr.isTTY) return { at: (rows) => reportLine(file.name, rows), end: () => {} };
  const lines = file.bytes.reduce((count, byte) => count + Number(byte === 0x0a), 0);
  const bar = new SingleBar({ format: `${file.name} [{bar}] {value} rows`, clearOnComplete: true, hideCursor: true });
  bar.start(lines, 0);
  return { at: (rows) => bar.update(rows), end: () => bar.stop() };
}

function reportLine(name: string, rows: number): void {
  if (rows % LINE_EVERY_ROWS === 0) console.error(`${name}: ${rows} rows`);
}
