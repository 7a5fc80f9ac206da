/** Control characters except line breaks and tabs. A carriage return counts as one unless a line feed follows. */
const CONTROLS = /\r(?!\n)|[^\P{Cc}\n\r\t]/gu;

/**
 * Characters that are invisible or change the direction of text, except U+200C and U+200D, which join and separate letters of some
 * languages.
 */
const INVISIBLE = /[^\P{Cf}\u200c\u200d]|[\p{Zl}\p{Zp}]/gu;

/**
 * Escapes the control characters of untrusted text, which a terminal would execute. Uses the form of JSON, `\u001b`, so that
 * escaped JSON parses to the same value. Keeps line breaks and tabs.
 *
 * @param text - Any text.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(CONTROLS, toEscape);
}

/**
 * Escapes untrusted text for a reader, as `escapeControls`, and also the characters that make it look like another text.
 *
 * @param text - Any text.
 */
export function escapeInvisible(text: string): string {
  return escapeControls(text).replaceAll(INVISIBLE, toEscape);
}

function toEscape(character: string): string {
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  return units.map((unit) => `\\u${unit}`).join('');
}

/**
 * Decodes a UTF-8 stream and escapes its control characters.
 *
 * @param bytes - Untrusted bytes. Invalid UTF-8 becomes U+FFFD.
 */
export async function* escapePieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let held = '';
  for await (const chunk of bytes) {
    const text = held + decoder.decode(chunk, { stream: true });
    // Held back: only the next chunk shows whether a line feed follows.
    held = text.endsWith('\r') ? '\r' : '';
    yield escapeControls(held === '' ? text : text.slice(0, -1));
  }
  yield escapeControls(held + decoder.decode());
}
