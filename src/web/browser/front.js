// Search-as-you-type on the front page: a combobox as in the ARIA Authoring Practices Guide.
import { OptionList } from './parts/option-list.js';
import { findOptions } from './parts/search-options.js';

/** The debounce time of typing, and the delay of the text `Searching…`, in milliseconds. */
const WAIT_MS = 80;
const SLOW_MS = 400;

const FAILED = 'Cannot load suggestions: press Enter to search.';

const form = document.querySelector('.ask');
const input = form.querySelector('input');
const status = form.querySelector('[role=status]');
const list = new OptionList(input, form.querySelector('[role=listbox]'));

let timer;
let slowTimer;
let controller = new AbortController();

/** Starts a search for the current text, and cancels the previous one. */
function search() {
  cancel();
  const text = input.value.trim();
  if (text === '') {
    setStatus('');
    list.close();
    return;
  }
  // The current options belong to the previous text.
  list.deactivate();
  const { signal } = controller;
  timer = setTimeout(() => find(text, signal), WAIT_MS);
}

function cancel() {
  clearTimeout(timer);
  clearTimeout(slowTimer);
  controller.abort();
  controller = new AbortController();
}

function close() {
  cancel();
  list.close();
}

async function find(text, signal) {
  slowTimer = setTimeout(() => setStatus('Searching…'), SLOW_MS);
  const found = await findOptions(form.dataset, text, signal).catch(() => undefined);
  // The text has changed, or the input lost the focus.
  if (signal.aborted) return;
  clearTimeout(slowTimer);
  list.open(found?.options ?? []);
  setStatus(found === undefined ? FAILED : describe(found));
}

function describe({ options, count, suggestions, corrected }) {
  const length = options.length;
  if (count === 0 && suggestions.length > 0) return `No results; did you mean ${suggestions.slice(0, 3).join(', ')}?`;
  if (length === 0) return 'No results.';
  const correction = corrected === null ? '' : ` for ${corrected.to}`;
  return `${length} ${length === 1 ? 'suggestion' : 'suggestions'}${correction}${count > length ? ` from ${count.toLocaleString('en')} results` : ''}.`;
}

function setStatus(text) {
  status.textContent = text;
}

function openOption(option, inNewWindow) {
  if (inNewWindow) window.open(option.address, '_blank', 'noopener');
  else location.assign(option.address);
}

input.addEventListener('input', (event) => {
  if (!event.isComposing) search();
});
input.addEventListener('compositionend', search);
input.addEventListener('keydown', (event) => {
  if (event.isComposing || event.altKey || event.metaKey) return;
  const { active } = list;
  if (event.key === 'ArrowDown') list.isOpen ? list.move(1) : search();
  else if (event.key === 'ArrowUp' && list.isOpen) list.move(-1);
  else if (event.key === 'Enter' && active !== undefined) openOption(active, event.ctrlKey);
  else if (event.key === 'Escape' && list.isOpen) close();
  else return;
  event.preventDefault();
});
input.addEventListener('blur', close);
input.addEventListener('focus', () => input.value.trim() !== '' && search());
list.chosen = openOption;
