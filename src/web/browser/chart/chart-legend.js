/**
 * Makes buttons of the legend's words: those that are pressed are all that is seen of the chart.
 *
 * @param {HTMLElement} root - The chart with all that belongs to it.
 * @param {object} on - `filtered` is called with the words that are pressed, `spanned` when a stretch is switched.
 */
export function followLegend(root, on) {
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

/** The stretches of ports that are switched on. */
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

/** Words become buttons where there are scripts; nothing moves, because both look alike. */
function toButton(words) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = words.className;
  button.dataset.word = words.dataset.word;
  button.ariaPressed = 'false';
  button.append(...words.childNodes);
  words.replaceWith(button);
  return button;
}
