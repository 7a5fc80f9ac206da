/** Characters that are not to be seen, or that turn the direction of what stands around them; as src/web/parts/untrusted-text.ts has it. */
const INVISIBLE_CHARACTERS = /([^\P{C}\n\r\t]|[\p{Zl}\p{Zp}])/u;

/**
 * Shows text that others wrote: what cannot be seen in it is named.
 *
 * @param {Element} element - Where it is shown, alone.
 * @param {string} text - Any text.
 */
export function showText(element, text) {
  const parts = text.toWellFormed().split(INVISIBLE_CHARACTERS);
  element.replaceChildren(...parts.map((part, index) => (index % 2 === 0 ? part : mark(part))));
}

/** The same for where there is no room for names: a sign stands for each such character. */
export function plainText(text) {
  return text
    .toWellFormed()
    .split(INVISIBLE_CHARACTERS)
    .map((part, index) => (index % 2 === 0 ? part : '\uFFFD'))
    .join('');
}

function mark(character) {
  const box = document.createElement('span');
  box.className = 'unseen';
  box.title = 'a character that cannot be seen';
  box.textContent = `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  return box;
}
