import { once } from 'node:events';
import { styleText } from 'node:util';

/** What stands out on a terminal, by how a line begins. */
const STYLES: readonly (readonly [RegExp, Parameters<typeof styleText>[0]])[] = [
  [/^\d+(?:\/\w+)? {2}good$/, 'green'],
  [/^(?:\d+(?:\/\w+)? {2})?avoid\b/, 'red'],
  [/^(?:\d+(?:\/\w+)? {2})?caution\b/, 'yellow'],
  [/^\d+(?:\/\w+)? {2}(?:system|user|dynamic) {2}/, 'bold'],
  [/^(?:check|registry)\b/, 'dim'],
];

/**
 * Prints an answer as it is; on a terminal text has colours, unless `NO_COLOR` is set, and every answer ends its line.
 *
 * @param body - The answer.
 * @param form - Its form.
 */
export function print(body: string, form: string): void {
  endQuietly();
  const shown = form === 'text' && process.stdout.isTTY ? body.replaceAll(/^.+$/gm, colour) : body;
  process.stdout.write(process.stdout.isTTY && !shown.endsWith('\n') ? `${shown}\n` : shown);
}

/**
 * Prints what comes in pieces, no faster than it is read.
 *
 * @param pieces - The pieces.
 */
export async function printPieces(pieces: AsyncIterable<string | Uint8Array> | Iterable<string>): Promise<void> {
  endQuietly();
  for await (const piece of pieces) if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

function colour(line: string): string {
  const [, style] = STYLES.find(([begins]) => begins.test(line)) ?? [];
  return style === undefined ? line : styleText(style, line, { stream: process.stdout });
}

/** Whoever reads only the first lines has what they wanted. */
function endQuietly(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
