import { showText } from './invisible-characters.js';

/** The space right of the list, in CSS pixels. */
const MARGIN = 16;

/** The list box of a combobox. The focus stays in the input, which references the active option. */
export class OptionList {
  #input;
  #popup = document.createElement('div');
  #list = document.createElement('ul');
  #status = document.createElement('p');
  #options = [];
  #at = -1;
  #choose;

  /**
   * @param {HTMLInputElement} input - The input.
   * @param {(option: object, inNewWindow: boolean) => void} choose - Called with a clicked option.
   */
  constructor(input, choose) {
    this.#input = input;
    this.#choose = choose;
    this.#popup.className = 'found';
    this.#list.role = 'listbox';
    this.#list.id = 'found';
    this.#list.ariaLabel = 'Suggestions';
    this.#status.role = 'status';
    this.#status.className = 'meta';
    this.#popup.append(this.#list, this.#status);
    this.close();
    input.after(this.#popup);
    input.parentElement.classList.add('combobox');
    const attributes = { role: 'combobox', 'aria-controls': this.#list.id, 'aria-autocomplete': 'list' };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    // Keeps the focus in the input during a click.
    this.#popup.addEventListener('mousedown', (event) => event.preventDefault());
    for (const kind of ['click', 'auxclick']) this.#list.addEventListener(kind, (event) => this.#click(event));
  }

  /** Whether options are shown. */
  get isOpen() {
    return !this.#list.hidden;
  }

  /** The active option; undefined for none. */
  get active() {
    return this.isOpen ? this.#options[this.#at] : undefined;
  }

  /** Shows options, none of which is active, and a status text below them. */
  open(options, status) {
    this.#options = options;
    this.#list.replaceChildren(...options.map((option, index) => this.#toElement(option, index)));
    this.#status.textContent = status;
    this.#show(options.length > 0, true);
    this.#activate(-1);
    // A narrow box is not at the left edge of the page: the list must not reach beyond the right one.
    const { left } = this.#input.parentElement.getBoundingClientRect();
    const space = document.documentElement.clientWidth - MARGIN - this.#popup.offsetWidth - left;
    this.#popup.style.left = `${Math.min(0, space)}px`;
  }

  /** Deactivates the options while new ones are loaded: they belong to the previous text. */
  deactivate() {
    this.#activate(-1);
  }

  /** Hides the list. */
  close() {
    this.#status.textContent = '';
    this.#show(false, false);
    this.#activate(-1);
  }

  /** Activates the next or the previous option, in a cycle that includes the input. */
  move(by) {
    const count = this.#options.length + 1;
    this.#activate(((this.#at + 1 + by + count) % count) - 1);
  }

  #show(hasOptions, isPopup) {
    this.#list.hidden = !hasOptions;
    this.#popup.classList.toggle('open', isPopup);
    this.#input.ariaExpanded = String(hasOptions);
  }

  #activate(at) {
    this.#at = at;
    for (const [index, element] of [...this.#list.children].entries()) element.ariaSelected = String(index === at);
    const active = this.#list.children[at];
    if (active === undefined) this.#input.removeAttribute('aria-activedescendant');
    else {
      this.#input.setAttribute('aria-activedescendant', active.id);
      active.scrollIntoView({ block: 'nearest' });
    }
  }

  #click(event) {
    const at = [...this.#list.children].indexOf(event.target.closest('[role=option]'));
    const option = this.#options[at];
    if (option !== undefined && event.button < 2) {
      this.#choose(option, event.ctrlKey || event.metaKey || event.button === 1);
    }
  }

  #toElement({ port, name, words, verdict }, index) {
    const element = document.createElement('li');
    element.role = 'option';
    element.id = `${this.#list.id}-${index}`;
    const text = document.createElement('span');
    text.className = 'option-text';
    text.append(part('', name), ' ', part('', words));
    element.append(part('option-port', port), ' ', text, ' ');
    if (verdict !== undefined) {
      const sign = document.createElement('span');
      sign.ariaHidden = 'true';
      sign.textContent = `${verdict.sign} `;
      const shown = part(`option-verdict ${verdict.name}`, verdict.title);
      shown.prepend(sign);
      element.append(shown);
    }
    return element;
  }
}

function part(className, text) {
  const element = document.createElement('bdi');
  element.className = className;
  showText(element, text);
  return element;
}
