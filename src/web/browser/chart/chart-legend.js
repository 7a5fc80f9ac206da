/**
 * Turns the rows of the legend into toggle buttons, which filter the chart, and handles the checkboxes of intervals.
 *
 * @param {HTMLElement} root - The section of the chart.
 * @param {object} on - `filtered` is called with the keys of the pressed buttons, `spanned` if an interval was switched on
 *   or off.
 */
export function handleLegend(root, on) {
  const all = root.querySelector('[data-filter=all]');
  const buttons = [...root.querySelectorAll('[data-word]')].map(toButton);
  const filter = () => {
    const pressed = buttons.filter((button) => button.ariaPressed === 'true');
    all.disabled = pressed.length === 0;
    on.filtered(new Set(pressed.map((button) => button.dataset.word)));
  };
  for (const button of buttons) {
    button.addEventListener('click', () => {
      button.ariaPressed = String(button.ariaPressed !== 'true');
      filter();
    });
  }
  all.addEventListener('click', () => {
    for (const button of buttons) button.ariaPressed = 'false';
    filter();
    buttons[0].focus();
  });
  for (const box of boxesOf(root)) box.addEventListener('change', on.spanned);
}

/** Returns the port intervals that are switched on. */
export function spansOf(root) {
  return boxesOf(root)
    .filter((box) => box.checked)
    .map(({ dataset }) => ({
      first: Number(dataset.first),
      last: Number(dataset.last),
      title: dataset.title,
      isSystem: dataset.system !== undefined,
    }));
}

function boxesOf(root) {
  return [...root.querySelectorAll('input[data-first]')];
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
