import type { ImportAnswer, ImportStep } from '../../../registry/own/import-report.ts';
import type { SyncScope } from '../../../registry/own/own-sync.ts';
import { formatSpan } from '../../../registry/values/port-range.ts';
import { enumerate } from '../../../registry/values/wording.ts';
import { escapeInvisible } from '../../terminal/terminal-text.ts';

/** The most lines that a sentence names. */
const MOST_LINES = 10;

/** The verbs of a dry run. */
const VERBS = { added: 'add', changed: 'change', moved: 'move', removed: 'remove', unchanged: 'keep' } as const;

/**
 * Prints one line for each entry that is added, changed, moved or removed, and below it the conflicts that this creates. Lines
 * of the file that were left out are counted.
 *
 * @param answer - The result of the import.
 */
export function printSteps({ steps, skipped, dryRun }: ImportAnswer): void {
  for (const step of steps) {
    if (step.action !== 'unchanged') console.log(escapeInvisible(describe(step, dryRun)));
    for (const { severity, detail } of step.warnings) console.log(escapeInvisible(`        ${severity}: ${detail}`));
  }
  if (skipped.count === 0) return;
  const more = skipped.count - MOST_LINES;
  const named = [...skipped.lines.slice(0, MOST_LINES).map(String), ...(more > 0 ? [`${more} more`] : [])];
  const what = skipped.count === 1 ? '1 line' : `${skipped.count} lines`;
  console.log(`Skipped ${what} without a name or a port of tcp, udp, sctp or dccp: ${enumerate(named)}`);
}

/**
 * Prints the number of entries by action.
 *
 * @param answer - The result of the import.
 * @param file - The name of the file.
 * @param scope - The scope of a synchronization; null for an import, which removes nothing.
 */
export function printSummary({ counts, dryRun }: ImportAnswer, file: string, scope: SyncScope | null): void {
  const { added, changed, moved, removed, unchanged } = counts;
  const gone = scope === null ? '' : `${removed} removed, `;
  const numbers = `${added} added, ${changed} changed, ${moved} moved, ${gone}${unchanged} unchanged`;
  const done = scope === null ? 'Imported' : 'Synchronized';
  const text = dryRun ? `Dry run of ${file}: ${numbers}; nothing was written` : `${done} ${file}: ${numbers}`;
  console.log(escapeInvisible(text));
}

/** Formats one line: the action, the ports, and for a change the old and new value of each changed field. */
function describe({ action, entry, changes }: ImportStep, isDryRun: boolean): string {
  const verb = (isDryRun ? VERBS[action] : action).padEnd(isDryRun ? 6 : 7);
  const line = `${verb} ${formatSpan(entry)}/${entry.protocols.join(',')} ${JSON.stringify(entry.name)}`;
  const id = entry.id === null ? '' : ` ${entry.id}`;
  const texts = changes.map(
    ({ field, before, after }) => `${field}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`,
  );
  return `${line}${id}${texts.length === 0 ? '' : `: ${texts.join('; ')}`}`;
}
