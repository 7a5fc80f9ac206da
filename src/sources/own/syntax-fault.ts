import type { RunStep } from '../../registry/values/run-step.ts';

/**
 * Finds the first fault of a text of JSON, by bisection: the beginning of valid JSON fails only at its end. The errors of
 * `JSON.parse` do not always have a position.
 *
 * @param text - Any text.
 * @param run - Runs the steps. Each one parses the text at most once: about 25 for 16 MiB.
 * @returns The position of the fault; null for valid JSON.
 */
export async function findSyntaxFault(text: string, run: RunStep): Promise<number | null> {
  if ((await run(() => endOf(text))) === null) return null;
  let [valid, invalid] = [0, text.length + 1];
  while (invalid - valid > 1) {
    const middle = Math.floor((valid + invalid) / 2);
    const start = text.slice(0, middle);
    if (await run(() => endOf(start) === start.length || endOf(start) === null)) valid = middle;
    else invalid = middle;
  }
  return valid;
}

/** Returns the position at which a text stops being JSON, at its end if more could follow; null for valid JSON. */
function endOf(text: string): number | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const { message } = error as SyntaxError;
    if (/^Unexpected end of JSON input|^Unterminated string/.test(message)) return text.length;
    const [, position = '-1'] = /at position (\d+)/.exec(message) ?? [];
    return Number(position);
  }
}
