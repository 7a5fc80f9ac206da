// Shows the conflicts of an own entry in its form.

import { showText } from '../parts/invisible-characters.js';
import { findConflicts } from './conflicts.js';
import { readEntry } from './entry-form.js';

/** The debounce time of typing, in milliseconds. */
const DEBOUNCE_MS = 300;

/** The conflicts of the entry in a form, checked while the user types and before the entry is saved. */
export class Review {
  #form;
  #action;
  #id;
  #displayed = null;
  #timer;
  /** The number of checks: the result of an older check does not replace a newer one. */
  #checks = 0;
  #listeners = new AbortController();

  constructor(form, action, id) {
    this.#form = form;
    this.#action = action;
    this.#id = id;
    this.#show([]);
    const onInput = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#check(), DEBOUNCE_MS);
    };
    form.addEventListener('input', onInput, { signal: this.#listeners.signal });
    onInput();
  }

  /** Stops the checks and discards the result of a running one. */
  stop() {
    this.#checks++;
    clearTimeout(this.#timer);
    this.#listeners.abort();
  }

  /** Checks again. Returns false if there are conflicts that were not displayed yet; the next call then returns true. */
  async isAccepted() {
    clearTimeout(this.#timer);
    const displayed = this.#displayed;
    const found = await this.#check();
    return found.length === 0 || JSON.stringify(found) === displayed;
  }

  async #check() {
    const check = ++this.#checks;
    let found = [];
    try {
      found = await this.#find();
    } catch {
      // A failed check must not block saving: the server validates the entry anyway.
    }
    if (check !== this.#checks) return found;
    this.#show(found);
    this.#displayed = JSON.stringify(found);
    return found;
  }

  async #find() {
    if (this.#action !== 'reserve') return findConflicts(readEntry(this.#form), this.#id);
    const { firstPort, lastPort, ...entry } = readEntry(this.#form);
    return findConflicts(entry, null);
  }

  #show(found) {
    const container = this.#form.querySelector('.conflicts');
    const items = found.map(({ severity, detail }) => {
      const item = document.createElement('li');
      const label = document.createElement('b');
      label.className = severity;
      label.textContent = severity;
      const text = document.createElement('bdi');
      showText(text, detail);
      item.append(label, ' ', text);
      return item;
    });
    const list = document.createElement('ul');
    list.append(...items);
    const title = document.createElement('p');
    title.textContent = 'Conflicts:';
    container.replaceChildren(...(items.length === 0 ? [] : [title, list]));
    this.#form.querySelector('button.first').textContent = items.length === 0 ? 'Save' : 'Save anyway';
  }
}
