import { html, type SafeHtml } from '@remix-run/html-template';

const TITLES = { json: 'JSON', text: 'text', csv: 'CSV' } as const;
const TYPES = { json: 'application/json', text: 'text/plain', csv: 'text/csv' } as const;

/**
 * Links the forms of an answer that are for programs.
 *
 * @param here - The address of the page, as links have it.
 * @param more - Further links.
 */
export function otherForms(here: string, more: readonly SafeHtml[] = []): SafeHtml {
  const links = (['json', 'text', 'csv'] as const).map(
    (format) =>
      html`<a href="${here}${here.includes('?') ? '&' : '?'}format=${format}" type="${TYPES[format]}">${TITLES[format]}</a>`,
  );
  return html`<ul class="inline forms" aria-label="The same for programs">
${[...links, ...more].map(
  (link) => html`<li>${link}</li>
`,
)}</ul>`;
}
