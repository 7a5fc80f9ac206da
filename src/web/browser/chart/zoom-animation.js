/** The duration of a zoom, in milliseconds. */
const ZOOM_MS = 160;

/**
 * Animates a zoom, or zooms at once if the user prefers reduced motion.
 *
 * @param {import('./chart-viewport.js').ChartViewport} view - The viewport.
 * @param {number} cell - The final size of a cell, in CSS pixels.
 * @param {{ x: number, y: number }} around - The fixed point of the canvas.
 * @param {() => void} changed - Called after each step.
 */
export function animateZoom(view, cell, { x, y }, changed) {
  const from = view.cell;
  const to = Math.max(cell, view.minCell);
  const start = performance.now();
  const duration = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : ZOOM_MS;
  const step = (now) => {
    const part = duration === 0 ? 1 : Math.min(1, Math.max(0, now - start) / duration);
    view.zoomTo(from * (to / from) ** part, x, y);
    changed();
    if (part < 1) requestAnimationFrame(step);
  };
  if (duration === 0) step(start);
  else requestAnimationFrame(step);
}
