import { SingleBar } from 'cli-progress';
import type { SourceFile } from '../../sources/csv-table.ts';

/** Tells a person how far an import has come. */
export interface Progress {
  /** Is told the number of rows stored so far. */
  readonly at: (rows: number) => void;
  /** Takes the bar away. */
  readonly end: () => void;
}

/** Tells nobody. */
export const SILENT: Progress = { at: () => {}, end: () => {} };

const LINE_EVERY_ROWS = 5_000;

/**
 * Shows a bar on a terminal, and a plain line every 5,000 rows anywhere else, on standard error.
 *
 * @param file - The file that is read; its lines are about as many as its rows.
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
