import { showText } from './invisible-characters.js';

/** The list below a combobox: the focus stays in the input, which tells which option is active. */
export class OptionList {
  #input;
  #list;
  #options = [];
  #at = -1;
  /** Is called with the option that was clicked, and whether in a new window. */
  chosen = () => {};

  constructor(input, list) {
    this.#input = input;
    this.#list = list;
    const attributes = {
      role: 'combobox',
      'aria-expanded': 'false',
      'aria-controls': list.id,
      'aria-autocomplete': 'list',
    };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    // The input keeps the focus while somebody clicks.
    list.addEventListener('mousedown', (event) => event.preventDefault());
    for (const kind of ['click', 'auxclick']) list.addEventListener(kind, (event) => this.#click(event));
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  /** The option that is active; undefined for none. */
  get active() {
    return this.isOpen ? this.#options[this.#at] : undefined;
  }

  /** Shows options; one that is meant for sure is active from the start. */
  open(options) {
    this.#options = options;
    this.#list.replaceChildren(...options.map((option, index) => this.#toElement(option, index)));
    this.#show(options.length > 0);
    this.#activate(options[0]?.isMeant ? 0 : -1);
  }

  /** Keeps the options while new ones are looked for, but none of them active: they answer another text. */
  keep() {
    this.#activate(-1);
  }

  close() {
    this.#show(false);
    this.#activate(-1);
  }

  /** Moves to the next or the previous option, from the last one to the input and round again. */
  move(by) {
    const places = this.#options.length + 1;
    this.#activate(((this.#at + 1 + by + places) % places) - 1);
  }

  #show(isOpen) {
    this.#list.hidden = !isOpen;
    this.#input.setAttribute('aria-expanded', String(isOpen));
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
      this.chosen(option, event.ctrlKey || event.metaKey || event.button === 1);
    }
  }

  #toElement({ port, name, protocols, words }, index) {
    const element = document.createElement('li');
    element.role = 'option';
    element.id = `${this.#list.id}-${index}`;
    element.append(
      part('option-port', port),
      part('option-name', name),
      part('option-protocols', protocols),
      part('option-words', words),
    );
    return element;
  }
}

function part(className, text) {
  const element = document.createElement('bdi');
  element.className = className;
  showText(element, text);
  return element;
}
