// Shows the result of an action on the previous page for 10 s, with a button that undoes it where that is possible. The message
// stays while it has the focus or the pointer.
import { showText } from '../parts/invisible-characters.js';
import { fetchJson, openPage } from './api.js';

/** The time until the message disappears, in milliseconds. */
const SHOWN_MS = 10_000;

const place = document.getElementById('message');
let timer;
place.addEventListener('focusout', hideLater);
place.addEventListener('mouseleave', hideLater);

/**
 * Shows a message.
 *
 * @param {{ text: string, undo?: object }} message The text, and the deleted entry.
 */
export function showMessage({ text, undo }) {
  showText(place, text);
  if (undo !== undefined) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Undo';
    button.addEventListener('click', () => restore(undo));
    place.append(' ', button);
    // The next stop of the Tab key is the button.
    place.tabIndex = -1;
    place.focus();
  }
  hideLater();
}

/** Hides the message after its time. While it has the focus or the pointer, the time starts when it loses them. */
function hideLater() {
  clearTimeout(timer);
  timer = setTimeout(() => place.matches(':hover, :focus-within') || place.replaceChildren(), SHOWN_MS);
}

async function restore(entry) {
  try {
    const { body } = await fetchJson('/associations', { method: 'POST', body: entry });
    openPage(`/associations/${body.id}`, { text: `Restored: ${body.name}. Its id is new: ${body.id}.` });
  } catch (error) {
    showText(place, error.message);
    hideLater();
  }
}
