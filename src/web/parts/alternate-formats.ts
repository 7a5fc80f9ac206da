import { html, type SafeHtml } from '@remix-run/html-template';
import { inForm } from './address.ts';

const TITLES = { json: 'JSON', text: 'text', csv: 'CSV', atom: 'Atom' } as const;
const TYPES = {
  json: 'application/json',
  text: 'text/plain',
  csv: 'text/csv',
  atom: 'application/atom+xml',
} as const;

/**
 * Links the forms of an answer that are for programs.
 *
 * @param here - The address of the page, as links have it.
 * @param more - Further links.
 */
export function alternateFormats(here: string, more: readonly SafeHtml[] = []): SafeHtml {
  const links = (['json', 'text', 'csv'] as const).map((format) => linkedForm(here, format));
  return html`<ul class="inline forms" aria-label="The same for programs">
${[...links, ...more].map(
  (link) => html`<li>${link}</li>
`,
)}</ul>`;
}

/**
 * Links one form of an answer.
 *
 * @param here - The address of the page, as links have it; the form that it asks for itself does not count.
 * @param format - The form.
 */
export function linkedForm(here: string, format: keyof typeof TITLES): SafeHtml {
  return html`<a href="${inForm(here, format)}" type="${TYPES[format]}">${TITLES[format]}</a>`;
}
