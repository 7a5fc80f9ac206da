/** Control characters but for line breaks and tabs; a carriage return belongs to a line break or is one. */
const CONTROLS = /\r(?!\n)|[^\P{Cc}\n\r\t]/gu;

/**
 * Escapes the control characters of untrusted text, which would command a terminal: `\u001b` as JSON writes it, so that JSON
 * stays the same JSON. Line breaks and tabs stay.
 *
 * @param text - Any text.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Decodes UTF-8 and escapes its control characters, piece by piece.
 *
 * @param bytes - Untrusted bytes. What is no UTF-8 becomes U+FFFD.
 */
export async function* escapePieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let held = '';
  for await (const chunk of bytes) {
    const text = held + decoder.decode(chunk, { stream: true });
    // Whether it belongs to a line break tells the next piece.
    held = text.endsWith('\r') ? '\r' : '';
    yield escapeControls(held === '' ? text : text.slice(0, -1));
  }
  yield escapeControls(held + decoder.decode());
}
