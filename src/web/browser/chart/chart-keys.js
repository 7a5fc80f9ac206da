import { SIDE } from './chart-viewport.js';

const LAST_PORT = SIDE * SIDE - 1;
/** The number of rows of a page. */
const PAGE = 16;
/** The zoom factor of a key or a button. */
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
 * Moves the cursor by keys, and zooms around it.
 *
 * @param {HTMLCanvasElement} canvas - The canvas of the chart.
 * @param {object} chart - `cursor`, `moveCursor(port)`, `open(port)`, `zoomBy(factor)`, `zoomOut()`.
 */
export function handleKeys(canvas, chart) {
  canvas.addEventListener('keydown', (event) => {
    if (event.altKey || event.metaKey) return;
    const move = MOVES[event.key];
    if (move !== undefined) {
      const port = move(chart.cursor, event);
      // Moves beyond the first or last port are ignored.
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
 * Zooms by buttons.
 *
 * @param {HTMLElement} root - The section of the chart.
 * @param {object} chart - `zoomBy(factor)`, `zoomOut()`.
 */
export function handleButtons(root, chart) {
  const buttons = { in: () => chart.zoomBy(STEP), out: () => chart.zoomBy(1 / STEP), all: () => chart.zoomOut() };
  for (const [name, press] of Object.entries(buttons)) {
    root.querySelector(`[data-zoom=${name}]`).addEventListener('click', press);
  }
}
