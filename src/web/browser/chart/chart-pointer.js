/** How far a pointer may slip in a click, in CSS pixels. */
const SLIP = 4;
/** For how long after the page has scrolled the wheel goes on scrolling it, in milliseconds. */
const SCROLLING_MS = 250;
/** How much a turn of the wheel by a pixel enlarges. */
const WHEEL = 0.002;
const PIXELS = [1, 16, 400];

/**
 * Moves and enlarges the chart by mouse, touch and pen.
 *
 * @param {HTMLCanvasElement} canvas - The chart.
 * @param {import('./chart-viewport.js').ChartViewport} view - What is seen of it.
 * @param {object} on - What is called: `changed` when the view is another; `pointed` at a port or at none; `taken` when a
 *   port is pressed or enlarged; `chosen` when it was clicked, with the event.
 */
export function followPointers(canvas, view, on) {
  const down = new Map();
  let start;
  let hasMoved = false;
  let scrolledAt = Number.NEGATIVE_INFINITY;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const changed = () => {
    // A finger scrolls the page as long as there is nothing to move.
    canvas.style.touchAction = view.zoom > 1 ? 'none' : 'pan-x pan-y';
    on.changed();
  };
  const take = ({ x, y }) => {
    const port = view.portAt(x, y);
    if (port !== undefined) on.taken(port);
  };
  const begin = () => {
    const points = [...down.values()];
    start = { points, x: view.x, y: view.y, cell: view.cell };
  };

  canvas.addEventListener('pointerdown', (event) => {
    if (event.button > 1) return;
    // The middle button would scroll.
    if (event.button === 1) event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    if (down.size === 0) hasMoved = false;
    down.set(event.pointerId, at(event));
    take(at(event));
    begin();
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
      const grown = distance(first, second) / Math.max(1, distance(from, other));
      const [middle, before] = [between(first, second), between(from, other)];
      Object.assign(view, { cell: start.cell, x: start.x, y: start.y });
      view.zoomTo(start.cell * grown, before.x, before.y);
      view.moveTo(view.x + middle.x - before.x, view.y + middle.y - before.y);
      changed();
      return;
    }
    hasMoved ||= distance(first, from) > SLIP;
    if (!hasMoved || view.zoom === 1) return;
    canvas.classList.add('moving');
    view.moveTo(start.x + first.x - from.x, start.y + first.y - from.y);
    changed();
  });

  const lift = (event) => {
    down.delete(event.pointerId);
    canvas.classList.remove('moving');
    begin();
  };
  canvas.addEventListener('pointerup', (event) => {
    if (!down.has(event.pointerId)) return;
    const { x, y } = at(event);
    const isClick = !hasMoved && down.size === 1;
    lift(event);
    const port = view.portAt(x, y);
    if (isClick && port !== undefined) on.chosen(port, event);
  });
  canvas.addEventListener('pointercancel', lift);
  canvas.addEventListener('pointerleave', (event) => event.pointerType !== 'touch' && on.pointed(undefined));

  addEventListener('scroll', () => (scrolledAt = performance.now()), { passive: true });
  canvas.addEventListener(
    'wheel',
    (event) => {
      const { x, y } = at(event);
      const isScrolling = performance.now() - scrolledAt < SCROLLING_MS && view.zoom === 1 && !event.ctrlKey;
      const cell = view.cell * Math.exp(-event.deltaY * PIXELS[event.deltaMode] * WHEEL * (event.ctrlKey ? 4 : 1));
      const before = view.cell;
      if (isScrolling || view.portAt(x, y) === undefined) return;
      take({ x, y });
      view.zoomTo(cell, x, y);
      // Where nothing changes the page may scroll; a pinch of a touchpad must never enlarge the page.
      if (view.cell !== before || event.ctrlKey) event.preventDefault();
      if (view.cell === before) return;
      changed();
      on.pointed(view.portAt(x, y));
    },
    { passive: false },
  );
  changed();
}

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function between(a, b) {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
