/**
 * Characters that are invisible or change the direction of the surrounding text, as in src/web/parts/untrusted-text.ts. A test
 * compares the two.
 */
const INVISIBLE_CHARACTERS = /([^\P{C}\n\r\t]|[\p{Zl}\p{Zp}])/u;

/**
 * Shows untrusted text, with the code points of invisible characters.
 *
 * @param {Element} element - The element; its content is replaced.
 * @param {string} text - Any text.
 */
export function showText(element, text) {
  const parts = text.toWellFormed().split(INVISIBLE_CHARACTERS);
  element.replaceChildren(...parts.map((part, index) => (index % 2 === 0 ? part : mark(part))));
}

/** Returns untrusted text with U+FFFD in place of each invisible character, for a canvas. */
export function plainText(text) {
  return text
    .toWellFormed()
    .split(INVISIBLE_CHARACTERS)
    .map((part, index) => (index % 2 === 0 ? part : '\uFFFD'))
    .join('');
}

function mark(character) {
  const box = document.createElement('span');
  box.className = 'invisible';
  box.title = 'invisible character';
  box.textContent = `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  return box;
}
