/** The rows of the legend as toggle buttons, which filter the chart, and the checkboxes of overlays. */
export class ChartLegend {
  #all;
  #buttons;
  #boxes;
  #onFilter;

  /**
   * @param {HTMLElement} root - The section of the chart.
   * @param {object} on - `filtered` is called with the keys of the pressed buttons, `spanned` if an overlay was switched on
   *   or off.
   */
  constructor(root, on) {
    this.#all = root.querySelector('[data-filter=all]');
    this.#buttons = [...root.querySelectorAll('[data-word]')].map(toButton);
    this.#boxes = [...root.querySelectorAll('input[data-keys]')];
    this.#onFilter = on.filtered;
    for (const button of this.#buttons) {
      button.addEventListener('click', () => {
        button.ariaPressed = String(button.ariaPressed !== 'true');
        this.#filter();
      });
    }
    this.#all.addEventListener('click', () => {
      this.select({ kind: [], mark: [] });
      this.#buttons[0].focus();
    });
    for (const box of this.#boxes) box.addEventListener('change', on.spanned);
  }

  /** The pressed kinds and marks, and the overlays that are switched on, by name. */
  get state() {
    const pressed = this.#buttons.filter((button) => button.ariaPressed === 'true').map(nameOf);
    const over = this.#boxes.filter((box) => box.checked).map((box) => box.dataset.keys.split(' ')[0]);
    return { kind: pressed.flatMap(({ kind }) => kind ?? []), mark: pressed.flatMap(({ mark }) => mark ?? []), over };
  }

  /** Presses the buttons of kinds and marks; without `over`, the overlays stay. Unknown names are ignored. */
  select({ kind, mark, over }) {
    for (const button of this.#buttons) {
      const name = nameOf(button);
      button.ariaPressed = String(kind.includes(name.kind) || mark.includes(name.mark));
    }
    for (const box of over === undefined ? [] : this.#boxes) {
      box.checked = box.dataset.keys.split(' ').some((key) => over.includes(key));
      const collapsed = box.closest('details');
      if (collapsed !== null && box.checked) collapsed.open = true;
    }
    this.#filter();
  }

  /** The intervals that are switched on. */
  get spans() {
    return this.#boxes
      .filter((box) => box.checked && box.dataset.first !== undefined)
      .map(({ dataset }) => ({
        first: Number(dataset.first),
        last: Number(dataset.last),
        title: dataset.title,
        isSystem: dataset.system !== undefined,
      }));
  }

  #filter() {
    const pressed = this.#buttons.filter((button) => button.ariaPressed === 'true');
    this.#all.disabled = pressed.length === 0;
    this.#onFilter(new Set(pressed.map((button) => button.dataset.word)));
  }
}

/** Returns the name of the kind or mark of a button. */
function nameOf(button) {
  return button.querySelector('.swatch').dataset;
}

/** Replaces a label with a button of the same size, so that the layout does not shift. */
function toButton(label) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = label.className;
  button.dataset.word = label.dataset.word;
  button.ariaPressed = 'false';
  button.append(...label.childNodes);
  label.replaceWith(button);
  return button;
}
