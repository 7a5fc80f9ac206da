import type { Answers } from '../rest/route.ts';
import { HTML, type PageSource } from './html.ts';
import { PLAIN_FORMATS, renderPlain } from './plain-forms.ts';

/** The forms of every resource; the first is what a client without wishes gets. */
export const FORMATS = [...PLAIN_FORMATS, 'html'] as const;

/**
 * Writes an answer in one form.
 *
 * @param format - The form.
 * @param kind - The kind of resource.
 * @param answer - The resource.
 * @param source - What a page tells beside it.
 */
export function render<Kind extends keyof Answers>(
  format: (typeof FORMATS)[number],
  kind: Kind,
  answer: Answers[Kind],
  source: PageSource,
): string {
  return format === 'html' ? HTML[kind](answer, source) : renderPlain(format, kind, answer);
}
