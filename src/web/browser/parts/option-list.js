import { showText } from './invisible-characters.js';

/** The list box of a combobox. The focus stays in the input, which references the active option. */
export class OptionList {
  #input;
  #list;
  #options = [];
  #at = -1;
  /** Called with a clicked option, and whether to open it in a new window. */
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
    // Keeps the focus in the input during a click.
    list.addEventListener('mousedown', (event) => event.preventDefault());
    for (const kind of ['click', 'auxclick']) list.addEventListener(kind, (event) => this.#click(event));
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  /** The active option; undefined for none. */
  get active() {
    return this.isOpen ? this.#options[this.#at] : undefined;
  }

  /** Shows options; an exact match is active from the start. */
  open(options) {
    this.#options = options;
    this.#list.replaceChildren(...options.map((option, index) => this.#toElement(option, index)));
    this.#show(options.length > 0);
    this.#activate(options[0]?.isExact ? 0 : -1);
  }

  /** Deactivates the options while new ones are loaded: they belong to the previous text. */
  deactivate() {
    this.#activate(-1);
  }

  /** Hides the list. */
  close() {
    this.#show(false);
    this.#activate(-1);
  }

  /** Activates the next or the previous option, in a cycle that includes the input. */
  move(by) {
    const count = this.#options.length + 1;
    this.#activate(((this.#at + 1 + by + count) % count) - 1);
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
