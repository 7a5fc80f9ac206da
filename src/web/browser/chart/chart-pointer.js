/** The largest movement of a pointer during a click, in CSS pixels. */
const CLICK_TOLERANCE = 4;
/** The time for which the hint on the wheel is shown, in milliseconds. */
const HINT_MS = 1500;
/** The zoom per pixel of wheel movement, and the largest of one event, as exponents: a touchpad sends small movements. */
const WHEEL = 0.008;
const MAX_WHEEL = 0.4;
/** Pixels by `WheelEvent.deltaMode`: pixels, lines, pages. */
const PIXELS = [1, 16, 400];

/**
 * Pans and zooms the chart by mouse, touch and pen.
 *
 * @param {HTMLCanvasElement} canvas - The canvas of the chart.
 * @param {import('./chart-viewport.js').ChartViewport} view - The viewport.
 * @param {object} on - Callbacks: `changed` after a change of the viewport; `pointed` with the port under the pointer or
 *   undefined; `pressed` with a port at the start of a press or zoom; `clicked` with a port and the event.
 */
export function handlePointers(canvas, view, on) {
  const down = new Map();
  const hint = canvas.nextElementSibling;
  let hintTimer;
  let start;
  let hasMoved = false;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const press = ({ x, y }) => {
    const port = view.portAt(x, y);
    if (port !== undefined) on.pressed(port);
  };
  /** Says how to zoom with the wheel, which scrolls the page. */
  const showHint = () => {
    hint.classList.add('shown');
    clearTimeout(hintTimer);
    hintTimer = setTimeout(() => hint.classList.remove('shown'), HINT_MS);
  };
  const startGesture = () => {
    const points = [...down.values()];
    start = { points, x: view.x, y: view.y, cell: view.cell };
  };

  canvas.addEventListener('pointerdown', (event) => {
    if (event.button > 1) return;
    // Prevents autoscroll by the middle button.
    if (event.button === 1) event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    if (down.size === 0) hasMoved = false;
    down.set(event.pointerId, at(event));
    press(at(event));
    startGesture();
  });

  canvas.addEventListener('pointermove', (event) => {
    const point = at(event);
    if (!down.has(event.pointerId)) {
      if (event.pointerType !== 'touch') on.pointed(view.portAt(point.x, point.y));
      return;
    }
    down.set(event.pointerId, point);
    const [first, second] = [...down.values()];
    const [from, other] = start.points;
    if (second !== undefined) {
      hasMoved = true;
      const factor = distance(first, second) / Math.max(1, distance(from, other));
      const [middle, before] = [between(first, second), between(from, other)];
      Object.assign(view, { cell: start.cell, x: start.x, y: start.y });
      view.zoomTo(start.cell * factor, before.x, before.y);
      view.moveTo(view.x + middle.x - before.x, view.y + middle.y - before.y);
      on.changed();
      return;
    }
    hasMoved ||= distance(first, from) > CLICK_TOLERANCE;
    if (!hasMoved || view.zoom === 1) return;
    canvas.classList.add('moving');
    view.moveTo(start.x + first.x - from.x, start.y + first.y - from.y);
    on.changed();
  });

  const release = (event) => {
    down.delete(event.pointerId);
    canvas.classList.remove('moving');
    startGesture();
  };
  canvas.addEventListener('pointerup', (event) => {
    if (!down.has(event.pointerId)) return;
    const { x, y } = at(event);
    const isClick = !hasMoved && down.size === 1;
    release(event);
    const port = view.portAt(x, y);
    if (isClick && port !== undefined) on.clicked(port, event);
  });
  canvas.addEventListener('pointercancel', release);
  canvas.addEventListener('pointerleave', (event) => event.pointerType !== 'touch' && on.pointed(undefined));

  canvas.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) {
        showHint();
        return;
      }
      // The browser would zoom the page. A touchpad pinch has Ctrl, too.
      event.preventDefault();
      const { x, y } = at(event);
      if (view.portAt(x, y) === undefined) return;
      press({ x, y });
      const before = view.cell;
      const exponent = -event.deltaY * PIXELS[event.deltaMode] * WHEEL;
      view.zoomTo(before * Math.exp(Math.min(MAX_WHEEL, Math.max(-MAX_WHEEL, exponent))), x, y);
      if (view.cell === before) return;
      on.changed();
      on.pointed(view.portAt(x, y));
    },
    { passive: false },
  );
}

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function between(a, b) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
