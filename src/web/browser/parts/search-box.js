// The options of a search box while the user types: a combobox as in the ARIA Authoring Practices Guide. page.js loads this
// module when a box is used.
import { OptionList } from './option-list.js';
import { findOptions } from './search-options.js';

/** The debounce time of typing, and the delay of the text `Searching…`, in milliseconds. */
const WAIT_MS = 80;
const SLOW_MS = 400;

const FAILED = 'Cannot load suggestions: press Enter to search.';

/** The inputs with options. */
const boxes = new WeakSet();

/**
 * Adds options to a search box. Enter without a chosen option sends the form as without scripts, so that it leads to the same
 * page however fast the user types.
 *
 * @param {HTMLInputElement} input - The input of a search form.
 */
export async function createSearchBox(input) {
  if (boxes.has(input)) return;
  boxes.add(input);
  await loadStyle();
  const list = new OptionList(input, openOption);
  let timer;
  let slowTimer;
  let controller = new AbortController();

  const cancel = () => {
    clearTimeout(timer);
    clearTimeout(slowTimer);
    controller.abort();
    controller = new AbortController();
  };
  const close = () => {
    cancel();
    list.close();
  };
  /** Starts a search for the current text, and cancels the previous one. */
  const search = () => {
    cancel();
    const text = input.value.trim();
    if (text === '') {
      list.close();
      return;
    }
    // The current options belong to the previous text.
    list.deactivate();
    const { signal } = controller;
    timer = setTimeout(() => find(text, signal), WAIT_MS);
  };
  const find = async (text, signal) => {
    slowTimer = setTimeout(() => list.open([], 'Searching…'), SLOW_MS);
    const found = await findOptions(text, signal).catch(() => undefined);
    // The text has changed, or the input lost the focus.
    if (signal.aborted) return;
    clearTimeout(slowTimer);
    list.open(found?.options ?? [], found === undefined ? FAILED : describe(found));
  };

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
  input.addEventListener('focus', search);
  // The user may have typed while this module was loaded.
  if (document.activeElement === input) search();
}

/** Loads the styles of the options; without them no option is shown. */
function loadStyle() {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = new URL('search-box.css', import.meta.url).href;
  const loaded = new Promise((resolve, reject) => {
    link.addEventListener('load', resolve);
    link.addEventListener('error', reject);
  });
  document.head.append(link);
  return loaded;
}

function openOption(option, inNewWindow) {
  if (inNewWindow) window.open(option.address, '_blank', 'noopener');
  else location.assign(option.address);
}

function describe({ options, count, suggestions, detail, corrected }) {
  const length = options.length;
  if (count === 0 && suggestions.length > 0) return `No results; did you mean ${suggestions.slice(0, 3).join(', ')}?`;
  if (length === 0) return detail ?? 'No results.';
  const correction = corrected === null ? '' : ` for ${corrected.to}`;
  return `${length} ${length === 1 ? 'suggestion' : 'suggestions'}${correction}${count > length ? ` from ${count.toLocaleString('en')} results` : ''}.`;
}
