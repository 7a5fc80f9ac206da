import { html, type SafeHtml } from '@remix-run/html-template';
import { withFormat } from './address.ts';

const TITLES = { json: 'JSON', text: 'text', csv: 'CSV', atom: 'Atom' } as const;
const TYPES = {
  json: 'application/json',
  text: 'text/plain',
  csv: 'text/csv',
  atom: 'application/atom+xml',
} as const;

/**
 * Renders links to the machine-readable formats of a page.
 *
 * @param here - The address of the page, with the base path.
 * @param more - Further links.
 */
export function alternateFormats(here: string, more: readonly SafeHtml[] = []): SafeHtml {
  const links = (['json', 'text', 'csv'] as const).map((format) => formatLink(here, format));
  return html`<ul class="inline forms" aria-label="Other formats">
${[...links, ...more].map(
  (link) => html`<li>${link}</li>
`,
)}</ul>`;
}

/**
 * Renders a link to one format of a page.
 *
 * @param here - The address of the page, with the base path; its own `format` is replaced.
 * @param format - The format.
 */
export function formatLink(here: string, format: keyof typeof TITLES): SafeHtml {
  return html`<a href="${withFormat(here, format)}" type="${TYPES[format]}">${TITLES[format]}</a>`;
}

/** The formats that programs find in the head of a page. */
const FOUND_FORMATS = ['json', 'text', 'csv', 'atom'] as const;

/**
 * Adds the address of a page and links to its machine-readable formats to its head. They depend on the request only, so that
 * no page repeats them.
 *
 * @param page - The page.
 * @param path - The path of the page, with the base path.
 * @param query - The query parameters.
 * @param formats - The formats of the resource.
 * @param resource - The address of the resource, with the base path; that of the page by default.
 */
export function addAlternates(
  page: string,
  path: string,
  query: ReadonlyMap<string, string>,
  formats: readonly string[],
  resource?: string,
): string {
  const parameters = new URLSearchParams([...query].filter(([name]) => name !== 'format'));
  const here = parameters.size === 0 ? path : `${path}?${parameters}`;
  const links = FOUND_FORMATS.filter((format) => formats.includes(format)).map(
    (format) => html`<link rel="alternate" type="${TYPES[format]}" href="${withFormat(resource ?? here, format)}">
`,
  );
  const head = html`<link rel="canonical" href="${here}">
${links}`;
  return page.replace('</head>', () => `${head}</head>`);
}
