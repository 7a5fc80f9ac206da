/** How long enlarging takes, in milliseconds. */
const GROW_MS = 160;

/**
 * Enlarges or reduces step by step, or at once for who would rather see nothing move.
 *
 * @param {import('./chart-viewport.js').ChartViewport} view - What is seen of the chart.
 * @param {number} cell - How large a port shall be, in CSS pixels.
 * @param {{ x: number, y: number }} around - The point of the canvas that stays where it is.
 * @param {() => void} changed - Is called after each step.
 */
export function grow(view, cell, { x, y }, changed) {
  const from = view.cell;
  const to = Math.max(cell, view.least);
  const start = performance.now();
  const duration = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : GROW_MS;
  const step = (now) => {
    const part = duration === 0 ? 1 : Math.min(1, Math.max(0, now - start) / duration);
    view.zoomTo(from * (to / from) ** part, x, y);
    changed();
    if (part < 1) requestAnimationFrame(step);
  };
  if (duration === 0) step(start);
  else requestAnimationFrame(step);
}
