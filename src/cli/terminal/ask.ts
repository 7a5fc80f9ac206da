import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Returns whether a person at a terminal can answer a question. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true;
}

/**
 * Asks a question on the terminal.
 *
 * @param question - The question, without control characters.
 * @returns True for `y` or `yes`; false for any other answer and for the end of the input.
 */
export async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = once(lines, 'close').then(() => '');
    const answer = await Promise.race([lines.question(`${question} [y/N] `), closed]);
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
