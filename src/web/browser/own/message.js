// Shows the result of an action on the previous page for 10 s, with a button that undoes it where that is possible. The message
// stays while it has the focus or the pointer.
import { showText } from '../parts/invisible-characters.js';
import { openPage, sendWithToken } from './api.js';

/** The time until the message disappears, in milliseconds. */
const SHOWN_MS = 10_000;

const place = document.getElementById('message');
let timer;
place.addEventListener('focusout', hideLater);
place.addEventListener('mouseleave', hideLater);

/**
 * Shows a message.
 *
 * @param {{ text: string, undo?: { scope: string, path: string, body: object } }} message The text, and the request
 *   that creates what was deleted again, with the scope that it requires.
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

/** Creates what was deleted again. An entry gets a new id; a pool keeps its name. */
async function restore({ path, body, scope }) {
  try {
    const created = await sendWithToken(scope, path, { method: 'POST', body });
    if (created === null) return;
    const { name, id } = created.body;
    const words = id === undefined ? '' : ` Its id is new: ${id}.`;
    openPage(`${path}/${encodeURIComponent(id ?? name)}`, { text: `Restored: ${name}.${words}` });
  } catch (error) {
    showText(place, error.message);
    hideLater();
  }
}
