import { SIDE } from './chart-viewport.js';

const LAST_PORT = SIDE * SIDE - 1;
/** How many rows a page has. */
const PAGE = 16;
/** How much a key or a button enlarges. */
const STEP = 1.6;

const MOVES = {
  ArrowLeft: (port) => port - 1,
  ArrowRight: (port) => port + 1,
  ArrowUp: (port) => port - SIDE,
  ArrowDown: (port) => port + SIDE,
  PageUp: (port) => port - PAGE * SIDE,
  PageDown: (port) => port + PAGE * SIDE,
  Home: (port, event) => (event.ctrlKey ? 0 : port - (port % SIDE)),
  End: (port, event) => (event.ctrlKey ? LAST_PORT : port - (port % SIDE) + SIDE - 1),
};

/**
 * Moves a cursor by keys, and enlarges around it.
 *
 * @param {HTMLCanvasElement} canvas - The chart, which has the focus.
 * @param {object} chart - `cursor`, `moveCursor(port)`, `open(port)`, `zoomBy(factor)`, `zoomOut()`.
 */
export function followKeys(canvas, chart) {
  canvas.addEventListener('keydown', (event) => {
    if (event.altKey || event.metaKey) return;
    const move = MOVES[event.key];
    if (move !== undefined) {
      const port = move(chart.cursor, event);
      // Up from the first row leads nowhere, neither to its start.
      if (port >= 0 && port <= LAST_PORT) chart.moveCursor(port);
    } else if (event.ctrlKey) return;
    else if (event.key === 'Enter') chart.open(chart.cursor);
    else if (event.key === '+' || event.key === '=') chart.zoomBy(STEP);
    else if (event.key === '-') chart.zoomBy(1 / STEP);
    else if (event.key === '0' || event.key === 'Escape') chart.zoomOut();
    else return;
    event.preventDefault();
  });
}

/**
 * Enlarges and reduces by buttons.
 *
 * @param {HTMLElement} root - The chart with all that belongs to it.
 * @param {object} chart - `zoomBy(factor)`, `zoomOut()`.
 */
export function followButtons(root, chart) {
  const buttons = { in: () => chart.zoomBy(STEP), out: () => chart.zoomBy(1 / STEP), all: () => chart.zoomOut() };
  for (const [name, press] of Object.entries(buttons)) {
    root.querySelector(`[data-zoom=${name}]`).addEventListener('click', press);
  }
}
