import { html, type SafeHtml } from '@remix-run/html-template';
import type { Reference } from '../../registry/values/reference.ts';

/**
 * Characters that are invisible or change the direction of the surrounding text: controls except white space, format
 * characters (bidi controls, zero-width characters, soft hyphens), line and paragraph separators, private use characters,
 * surrogates and unassigned code points.
 */
const INVISIBLE_CHARACTERS = /([^\P{C}\n\r\t]|[\p{Zl}\p{Zp}])/u;

/** Texts without such characters in ASCII and Latin script, as most texts are: splitting takes ten times as long. */
const ONLY_LATIN = /^[\n\r\t -~\u00A0-\u00AC\u00AE-\u02FF]*$/;

/** The longest text that is not collapsed, in characters. */
const MAX_LENGTH = 280;

/**
 * Renders untrusted text: isolates its direction (`<bdi>`) and shows the code points of invisible characters.
 *
 * @param text - Any text; null for none.
 */
export function renderUntrusted(text: string | null): SafeHtml {
  if (text === null) return html``;
  return html`<bdi>${ONLY_LATIN.test(text) ? text : markInvisible(text.toWellFormed())}</bdi>`;
}

/**
 * Renders untrusted text of any length as a block of its own; a long one is collapsed.
 *
 * @param text - The text.
 * @param title - The title of a collapsed text.
 */
export function renderUntrustedAtLength(text: string, title: string): SafeHtml {
  if (text.length <= MAX_LENGTH) return html`<p class="note">${renderUntrusted(text)}</p>`;
  const beginning = text.slice(0, MAX_LENGTH / 4).toWellFormed();
  return html`<details class="note"><summary>${title}: ${renderUntrusted(beginning)}…</summary><p>${renderUntrusted(text)}</p></details>`;
}

/**
 * Renders a link to an external document.
 *
 * @param reference - The document. Without a URL, only its title is rendered, and so for other schemes than http and https:
 *   all parsers reject them, but a database that was edited by hand could contain `javascript:`.
 */
export function linkedReference({ title, url }: Reference): SafeHtml {
  return !isWebLink(url)
    ? renderUntrusted(title)
    : html`<a href="${url}" rel="noreferrer nofollow">${renderUntrusted(title)}</a>`;
}

/**
 * Returns whether a URL may be a link: its scheme is http or https.
 *
 * @param url - The URL; null for none.
 */
export function isWebLink(url: string | null): url is string {
  return url !== null && /^https?:/i.test(url);
}

function markInvisible(text: string): (SafeHtml | string)[] {
  return text.split(INVISIBLE_CHARACTERS).map((part, index) => (index % 2 === 0 ? part : mark(part)));
}

function mark(character: string): SafeHtml {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return html`<span class="invisible" title="invisible character">U+${code}</span>`;
}
