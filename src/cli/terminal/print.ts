import { once } from 'node:events';
import { styleText } from 'node:util';
import { escapeInvisible } from './terminal-text.ts';

/** The terminal style of a line, by its beginning. */
const STYLES: readonly (readonly [RegExp, Parameters<typeof styleText>[0]])[] = [
  [/^\d+(?:\/\w+)? {2}good$/, 'green'],
  [/^(?:\d+(?:\/\w+)? {2})?avoid\b/, 'red'],
  [/^(?:\d+(?:\/\w+)? {2})?caution\b/, 'yellow'],
  [/^\d+(?:\/\w+)? {2}(?:system|user|dynamic) {2}/, 'bold'],
  [/^(?:check|registry)\b/, 'dim'],
];

/**
 * Prints a response body unchanged, or for a terminal: with colours in text unless `NO_COLOR` is set, with escaped control and
 * invisible characters (cells of imported files may contain any), and with a line break at the end.
 *
 * @param body - The response body.
 * @param format - Its format.
 */
export function print(body: string, format: string): void {
  exitOnBrokenPipe();
  if (!process.stdout.isTTY) {
    process.stdout.write(body);
    return;
  }
  const safe = escapeInvisible(body);
  const styled = format === 'text' ? safe.replaceAll(/^.+$/gm, colour) : safe;
  process.stdout.write(styled.endsWith('\n') ? styled : `${styled}\n`);
}

/**
 * Prints a stream with back-pressure. For a terminal, it escapes the control and invisible characters of
 * strings.
 *
 * @param pieces - The stream; bytes are printed unchanged.
 */
export async function printPieces(pieces: AsyncIterable<string | Uint8Array> | Iterable<string>): Promise<void> {
  exitOnBrokenPipe();
  for await (const piece of pieces) {
    const safe = process.stdout.isTTY && typeof piece === 'string' ? escapeInvisible(piece) : piece;
    if (!process.stdout.write(safe)) await once(process.stdout, 'drain');
  }
}

function colour(line: string): string {
  const [, style] = STYLES.find(([begins]) => begins.test(line)) ?? [];
  return style === undefined ? line : styleText(style, line, { stream: process.stdout });
}

/** Ends the process without an error on EPIPE: the reader, such as `| head`, has closed the pipe. */
export function exitOnBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
