// Shows what speaks against an own entry beside the form in which it is written.

import { showText } from '../parts/invisible-characters.js';
import { findConflicts } from './conflicts.js';
import { readEntry } from './entry-form.js';

/** How long somebody has to stop typing before the server is asked, in milliseconds. */
const PAUSE_MS = 300;

/** What speaks against the entry in a form, shown while it is written, and before it is saved at the latest. */
export class Review {
  #form;
  #action;
  #id;
  #accepted = null;
  #timer;
  /** Counts how often was looked: a slow answer does not take the place of a later one. */
  #looks = 0;
  #listeners = new AbortController();

  constructor(form, action, id) {
    this.#form = form;
    this.#action = action;
    this.#id = id;
    this.#show([]);
    const onInput = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#look(), PAUSE_MS);
    };
    form.addEventListener('input', onInput, { signal: this.#listeners.signal });
    onInput();
  }

  /** Ends it: what is still on its way is shown nowhere. */
  stop() {
    this.#looks++;
    clearTimeout(this.#timer);
    this.#listeners.abort();
  }

  /** Looks once more; what was not seen before is shown first, and the next try saves all the same. */
  async isAccepted() {
    clearTimeout(this.#timer);
    const wasSeen = this.#accepted;
    const found = await this.#look();
    return found.length === 0 || JSON.stringify(found) === wasSeen;
  }

  async #look() {
    const look = ++this.#looks;
    let found = [];
    try {
      found = await this.#find();
    } catch {
      // What cannot be looked up is no reason to hold up who writes: the server objects on its own account.
    }
    if (look !== this.#looks) return found;
    this.#show(found);
    this.#accepted = JSON.stringify(found);
    return found;
  }

  async #find() {
    if (this.#action !== 'reserve') return findConflicts(readEntry(this.#form), this.#id);
    const { firstPort, lastPort, ...entry } = readEntry(this.#form);
    return findConflicts(entry, null);
  }

  #show(found) {
    const place = this.#form.querySelector('.conflicts');
    const items = found.map(({ severity, detail }) => {
      const item = document.createElement('li');
      const word = document.createElement('b');
      word.className = severity;
      word.textContent = severity;
      const words = document.createElement('bdi');
      showText(words, detail);
      item.append(word, ' ', words);
      return item;
    });
    const list = document.createElement('ul');
    list.append(...items);
    const title = document.createElement('p');
    title.textContent = 'What speaks against it:';
    place.replaceChildren(...(items.length === 0 ? [] : [title, list]));
    this.#form.querySelector('button.first').textContent = items.length === 0 ? 'Save' : 'Save all the same';
  }
}
