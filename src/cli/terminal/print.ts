import { once } from 'node:events';
import { styleText } from 'node:util';
import { escapeControls } from './terminal-text.ts';

/** What stands out on a terminal, by how a line begins. */
const STYLES: readonly (readonly [RegExp, Parameters<typeof styleText>[0]])[] = [
  [/^\d+(?:\/\w+)? {2}good$/, 'green'],
  [/^(?:\d+(?:\/\w+)? {2})?avoid\b/, 'red'],
  [/^(?:\d+(?:\/\w+)? {2})?caution\b/, 'yellow'],
  [/^\d+(?:\/\w+)? {2}(?:system|user|dynamic) {2}/, 'bold'],
  [/^(?:check|registry)\b/, 'dim'],
];

/**
 * Prints an answer as it is. On a terminal text has colours, unless `NO_COLOR` is set, control characters are escaped, as cells
 * of imported files hold any, and every answer ends its line.
 *
 * @param body - The answer.
 * @param form - Its form.
 */
export function print(body: string, form: string): void {
  exitOnBrokenPipe();
  if (!process.stdout.isTTY) {
    process.stdout.write(body);
    return;
  }
  const safe = escapeControls(body);
  const shown = form === 'text' ? safe.replaceAll(/^.+$/gm, colour) : safe;
  process.stdout.write(shown.endsWith('\n') ? shown : `${shown}\n`);
}

/**
 * Prints what comes in pieces, no faster than it is read. On a terminal control characters of text are escaped.
 *
 * @param pieces - The pieces; bytes are printed as they are.
 */
export async function printPieces(pieces: AsyncIterable<string | Uint8Array> | Iterable<string>): Promise<void> {
  exitOnBrokenPipe();
  for await (const piece of pieces) {
    const shown = process.stdout.isTTY && typeof piece === 'string' ? escapeControls(piece) : piece;
    if (!process.stdout.write(shown)) await once(process.stdout, 'drain');
  }
}

function colour(line: string): string {
  const [, style] = STYLES.find(([begins]) => begins.test(line)) ?? [];
  return style === undefined ? line : styleText(style, line, { stream: process.stdout });
}

/** Whoever reads only the first lines has what they wanted. */
function exitOnBrokenPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
