import { html, type SafeHtml } from '@remix-run/html-template';

/**
 * Characters that are not to be seen, or that turn the direction of what stands around them: controls but for white
 * space, format characters (bidi controls, zero-width ones, soft hyphens), line and paragraph separators, private use
 * and what is no character at all.
 */
const INVISIBLE_CHARACTERS = /([^\P{C}\n\r\t]|[\p{Zl}\p{Zp}])/u;

/** From this length on a text is folded, in characters. */
const LONG = 280;

/**
 * Shows text that others wrote: it never turns the direction of what stands around it, and what cannot be seen in it is
 * named.
 *
 * @param text - Any text; null for none.
 */
export function shown(text: string | null): SafeHtml {
  return text === null ? html`` : html`<bdi>${markUnseen(text.toWellFormed())}</bdi>`;
}

/**
 * Shows text of any length that others wrote, in its own lines; a long one is folded.
 *
 * @param text - The text.
 * @param title - What it is, for who unfolds it.
 */
export function renderUntrustedAtLength(text: string, title: string): SafeHtml {
  if (text.length <= LONG) return html`<p class="note">${shown(text)}</p>`;
  const beginning = text.slice(0, LONG / 4).toWellFormed();
  return html`<details class="note"><summary>${title}: ${shown(beginning)}…</summary><p>${shown(text)}</p></details>`;
}

function markUnseen(text: string): (SafeHtml | string)[] {
  return text.split(INVISIBLE_CHARACTERS).map((part, index) => (index % 2 === 0 ? part : mark(part)));
}

function mark(character: string): SafeHtml {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return html`<span class="unseen" title="a character that cannot be seen">U+${code}</span>`;
}
