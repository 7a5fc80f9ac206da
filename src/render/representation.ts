import type { RunStep } from '../registry/values/run-step.ts';
import type { Answers } from '../rest/route.ts';
import { addAlternates } from '../web/parts/alternate-formats.ts';
import { ATOM } from './atom.ts';
import { HTML, type PageSource } from './html.ts';
import { hasPlainFormat, PLAIN_FORMATS, renderPlain } from './plain-formats.ts';
import { finishRendering, type Rendering } from './rendering.ts';
import { parseTextOptions } from './text-options.ts';

/** The formats that contain more than the resource, such as the date of the registry. */
const PAGE_FORMATS = ['html', 'atom'] as const;

type PageFormat = (typeof PAGE_FORMATS)[number];

/** The formats of resources. */
export type Format = (typeof PLAIN_FORMATS)[number] | PageFormat;

/**
 * Lists the formats of a resource; the first is the default.
 *
 * @param kind - The kind of resource.
 */
export function formatsOf(kind: keyof Answers): readonly Format[] {
  return [
    ...PLAIN_FORMATS.filter((format) => hasPlainFormat(kind, format)),
    ...(HTML[kind] === undefined ? [] : (['html'] as const)),
    ...(ATOM[kind] === undefined ? [] : (['atom'] as const)),
  ];
}

/**
 * Returns whether a format is a page or a feed: rendering it queries the registry.
 *
 * @param format - The format.
 */
export function isPageFormat(format: Format): format is PageFormat {
  return PAGE_FORMATS.some((known) => known === format);
}

/**
 * Begins to render an answer as a page or a feed. A page queries the registry here only, a feed in its steps too.
 *
 * @param format - A format of the resource.
 * @param kind - The kind of resource.
 * @param answer - The resource.
 * @param source - Further input.
 */
export function startPage<Kind extends keyof Answers>(
  format: PageFormat,
  kind: Kind,
  answer: Answers[Kind],
  source: PageSource,
): Rendering {
  return (format === 'atom' ? ATOM : HTML)[kind]?.(answer, source) ?? '';
}

/**
 * Renders a page or a feed to its end.
 *
 * @param format - The format.
 * @param kind - The kind of resource.
 * @param rendering - The page as it was begun.
 * @param source - Further input.
 * @param run - Runs the steps.
 */
export async function finishPage(
  format: PageFormat,
  kind: keyof Answers,
  rendering: Rendering,
  { question: { path, query } }: PageSource,
  run: RunStep,
): Promise<string> {
  const text = await finishRendering(rendering, run);
  return format === 'atom' ? text : addAlternates(text, path, query, formatsOf(kind));
}

/**
 * Renders an answer in one format.
 *
 * @param format - A format of the resource.
 * @param kind - The kind of resource.
 * @param answer - The resource.
 * @param source - Further input of pages and feeds.
 * @param run - Runs the steps.
 * @returns As `renderPlain`.
 */
export async function render<Kind extends keyof Answers>(
  format: Format,
  kind: Kind,
  answer: Answers[Kind],
  source: PageSource,
  run: RunStep,
): Promise<string | readonly Buffer[]> {
  if (!isPageFormat(format)) return renderPlain(format, kind, answer, parseTextOptions(source.question.query), run);
  const page = await run(() => startPage(format, kind, answer, source));
  return finishPage(format, kind, page, source, run);
}
