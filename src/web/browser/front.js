// The search box of the front page answers while somebody types, as a combobox of the ARIA Authoring Practices.
import { OptionList } from './parts/option-list.js';
import { findOptions } from './parts/search-options.js';

/** How long to wait for the next letter, and after how long to say that an answer is on its way, in milliseconds. */
const WAIT_MS = 80;
const SLOW_MS = 400;

const FAILED = 'The server gives no suggestions just now. Enter searches all the same.';

const form = document.querySelector('.ask');
const input = form.querySelector('input');
const status = form.querySelector('[role=status]');
const list = new OptionList(input, form.querySelector('[role=listbox]'));

let timer;
let slow;
let asking = new AbortController();

/** Looks for what was typed; whatever was still looked for before is given up. */
function look() {
  stop();
  const text = input.value.trim();
  if (text === '') {
    say('');
    list.close();
    return;
  }
  // What stands there answers another text.
  list.keep();
  const { signal } = asking;
  timer = setTimeout(() => find(text, signal), WAIT_MS);
}

function stop() {
  clearTimeout(timer);
  clearTimeout(slow);
  asking.abort();
  asking = new AbortController();
}

function leave() {
  stop();
  list.close();
}

async function find(text, signal) {
  slow = setTimeout(() => say('Searching…'), SLOW_MS);
  const found = await findOptions(form.dataset, text, signal).catch(() => undefined);
  // Somebody has typed on, or gone elsewhere.
  if (signal.aborted) return;
  clearTimeout(slow);
  list.open(found?.options ?? []);
  say(found === undefined ? FAILED : inWords(found));
}

function inWords({ options, count, suggestions }) {
  const shown = options.length;
  if (count === 0 && suggestions.length > 0)
    return `Nothing is called so; perhaps ${suggestions.slice(0, 3).join(', ')}.`;
  if (shown === 0) return 'Nothing is called so.';
  return `${shown} ${shown === 1 ? 'suggestion' : 'suggestions'}${count > 1 ? ` from ${count.toLocaleString('en')} rows` : ''}.`;
}

function say(words) {
  status.textContent = words;
}

function go(option, inNewWindow) {
  if (inNewWindow) window.open(option.address, '_blank', 'noopener');
  else location.assign(option.address);
}

input.addEventListener('input', (event) => {
  if (!event.isComposing) look();
});
input.addEventListener('compositionend', look);
input.addEventListener('keydown', (event) => {
  if (event.isComposing || event.altKey || event.metaKey) return;
  const { active } = list;
  if (event.key === 'ArrowDown') list.isOpen ? list.move(1) : look();
  else if (event.key === 'ArrowUp' && list.isOpen) list.move(-1);
  else if (event.key === 'Enter' && active !== undefined) go(active, event.ctrlKey);
  else if (event.key === 'Escape' && list.isOpen) leave();
  else return;
  event.preventDefault();
});
input.addEventListener('blur', leave);
input.addEventListener('focus', () => input.value.trim() !== '' && look());
list.chosen = go;
