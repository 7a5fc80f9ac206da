// Shows the conflicts of an own entry in its form.

import { showText } from '../parts/invisible-characters.js';
import { address } from './api.js';
import { findConflicts } from './conflicts.js';
import { readEntry } from './entry-fields.js';

/** The most conflicts that are displayed: the page of the port has the others. */
const MAX_DISPLAYED = 5;

/** The debounce time of typing, in milliseconds. */
const DEBOUNCE_MS = 300;

/** The conflicts of the entry in a form, checked while the user types and before the entry is saved. */
export class Review {
  #form;
  #id;
  #report;
  #displayed = [];
  #timer;
  /** The number of checks: the result of an older check does not replace a newer one. */
  #checks = 0;

  /**
   * @param {HTMLFormElement} form The form.
   * @param {string | null} id The id of the entry; null for a new one.
   * @param {(hasConflicts: boolean) => void} report Called with the result of each check.
   */
  constructor(form, id, report) {
    this.#form = form;
    this.#id = id;
    this.#report = report;
    const onInput = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#check(), DEBOUNCE_MS);
    };
    form.addEventListener('input', onInput);
    onInput();
  }

  /** Checks again. Returns false if there are conflicts that were not displayed yet; the next call then returns true. */
  async isAccepted() {
    clearTimeout(this.#timer);
    const displayed = this.#displayed;
    const found = await this.#check();
    if (found.every(({ detail }) => displayed.includes(detail))) return true;
    this.#container.scrollIntoView({ block: 'nearest' });
    return false;
  }

  get #container() {
    return this.#form.querySelector('.conflicts');
  }

  async #check() {
    const check = ++this.#checks;
    let found = [];
    try {
      found = await findConflicts(readEntry(this.#form), this.#id);
    } catch {
      // A failed check must not block saving: the server validates the entry anyway.
    }
    if (check !== this.#checks) return found;
    this.#show(found);
    this.#displayed = found.map(({ detail }) => detail);
    return found;
  }

  /** Returns the line that counts the other conflicts, with a link to the port. */
  #more(count) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    const { firstPort } = readEntry(this.#form);
    link.href = address(Number.isInteger(firstPort) ? `/ports/${firstPort}` : '/own');
    link.textContent = `${count} more`;
    link.target = '_blank';
    item.append(link);
    return item;
  }

  #show(found) {
    const items = found.slice(0, MAX_DISPLAYED).map(({ severity, title, detail }) => {
      const item = document.createElement('li');
      const label = document.createElement('b');
      label.className = severity;
      label.textContent = title;
      const text = document.createElement('bdi');
      showText(text, detail);
      item.append(label, ' ', text);
      return item;
    });
    const list = document.createElement('ul');
    list.append(...items);
    if (found.length > MAX_DISPLAYED) list.append(this.#more(found.length - MAX_DISPLAYED));
    const heading = document.createElement('p');
    heading.textContent = 'Conflicts:';
    this.#container.replaceChildren(...(items.length === 0 ? [] : [heading, list]));
    this.#report(items.length > 0);
  }
}
