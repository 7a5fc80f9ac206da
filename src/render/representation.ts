import type { RunStep } from '../registry/values/run-step.ts';
import type { Answers } from '../rest/route.ts';
import { ATOM } from './atom.ts';
import { HTML, type PageSource } from './html.ts';
import { PLAIN_FORMATS, renderPlain } from './plain-formats.ts';

/** The formats of resources. */
export type Format = (typeof PLAIN_FORMATS)[number] | 'html' | 'atom';

/**
 * Lists the formats of a resource; the first is the default.
 *
 * @param kind - The kind of resource.
 */
export function formatsOf(kind: keyof Answers): readonly Format[] {
  return [...PLAIN_FORMATS, 'html', ...(ATOM[kind] === undefined ? [] : (['atom'] as const))];
}

/**
 * Renders an answer in one format.
 *
 * @param format - A format of the resource.
 * @param kind - The kind of resource.
 * @param answer - The resource.
 * @param source - Further input of pages and feeds.
 * @param run - Runs the steps.
 */
export async function render<Kind extends keyof Answers>(
  format: Format,
  kind: Kind,
  answer: Answers[Kind],
  source: PageSource,
  run: RunStep,
): Promise<string> {
  if (format === 'html') return run(() => HTML[kind](answer, source));
  if (format === 'atom') return run(() => ATOM[kind]?.(answer, source) ?? '');
  return renderPlain(format, kind, answer, run);
}
