// The visible part of the chart. All lengths are CSS pixels; a row has 256 ports, port 0 is at the top left.

/** The number of ports in a row, and of rows. */
export const SIDE = 256;
const LAST_PORT = SIDE * SIDE - 1;
/** The largest cell: it fits the number and the name of a port. */
const MAX_CELL = 76;

/** The smallest width with a scale at the left, the width of the scale, and the height of the labels above; in rem, as in chart.css. */
const SCALE_FROM = 27.5;
const SCALE = 2.9;
const LABEL = 1.25;
/** The part of the available length that whole device pixels must fill. */
const MIN_FILL = 0.94;

/**
 * Returns the square of the ports on a canvas: below the labels, and right of the scale if there is room for one.
 *
 * @param {number} width - The width of the canvas, in CSS pixels.
 * @param {number} unit - The size of a rem, in CSS pixels.
 * @param {number} ratio - The number of device pixels in a CSS pixel.
 */
export function squareIn(width, unit, ratio) {
  const left = width > SCALE_FROM * unit ? Math.ceil(SCALE * unit) : 0;
  const available = width - left;
  // Whole device pixels per port if they fill most of the length; otherwise some ports are larger than others.
  const whole = (Math.floor((available * ratio) / SIDE) * SIDE) / ratio;
  const length = whole > available * MIN_FILL ? whole : available;
  return { left, top: Math.round(LABEL * unit), length };
}

/** The visible part of the chart, with pan and zoom. */
export class ChartViewport {
  /** The square on the canvas in which the ports are drawn. */
  left = 0;
  top = 0;
  length = SIDE;
  /** The side of a cell, and the position of port 0 relative to the square. */
  cell = 1;
  x = 0;
  y = 0;

  /** The smallest side of a cell: all ports are visible. */
  get minCell() {
    return this.length / SIDE;
  }

  get zoom() {
    return this.cell / this.minCell;
  }

  /** The position of port 0 and the size of a cell in JSON, for tests. */
  get square() {
    const [left, top] = this.placeOf(0);
    return JSON.stringify({ left, top, cell: this.cell });
  }

  /** Changes the square and keeps its centre. */
  resize(left, top, length) {
    const zoom = this.zoom;
    const [column, row] = [(this.length / 2 - this.x) / this.cell, (this.length / 2 - this.y) / this.cell];
    Object.assign(this, { left, top, length });
    this.cell = this.minCell * zoom;
    this.moveTo(length / 2 - column * this.cell, length / 2 - row * this.cell);
  }

  /** Changes the size of cells around a fixed point of the canvas. */
  zoomTo(cell, atX, atY) {
    const next = Math.min(Math.max(cell, this.minCell), Math.max(MAX_CELL, this.minCell));
    const [dx, dy] = [atX - this.left, atY - this.top];
    const factor = next / this.cell;
    this.cell = next;
    this.moveTo(dx - (dx - this.x) * factor, dy - (dy - this.y) * factor);
  }

  /** Moves the chart, within its bounds. */
  moveTo(x, y) {
    const min = this.length - SIDE * this.cell;
    this.x = Math.min(0, Math.max(min, x));
    this.y = Math.min(0, Math.max(min, y));
  }

  /** Returns the port at a point of the canvas; undefined outside of the square. */
  portAt(atX, atY) {
    const [dx, dy] = [atX - this.left, atY - this.top];
    if (dx < 0 || dy < 0 || dx >= this.length || dy >= this.length) return undefined;
    const column = Math.floor((dx - this.x) / this.cell);
    const row = Math.floor((dy - this.y) / this.cell);
    const port = row * SIDE + column;
    return column >= 0 && column < SIDE && port >= 0 && port <= LAST_PORT ? port : undefined;
  }

  /** Returns the left and top edge of a port on the canvas. */
  placeOf(port) {
    const [column, row] = [port % SIDE, Math.floor(port / SIDE)];
    return [this.left + this.x + column * this.cell, this.top + this.y + row * this.cell];
  }

  /** Moves the chart by the smallest distance that makes a port fully visible. */
  reveal(port) {
    const [left, top] = this.placeOf(port);
    const offset = (start, from) => {
      if (start < from) return from - start;
      return Math.min(0, from + this.length - this.cell - start);
    };
    this.moveTo(this.x + offset(left, this.left), this.y + offset(top, this.top));
  }

  /** Enlarges the chart by a factor, with a port in the middle as far as the bounds allow. */
  show(port, zoom) {
    this.zoomTo(this.minCell * zoom, this.left, this.top);
    const middle = (at) => this.length / 2 - (at + 0.5) * this.cell;
    this.moveTo(middle(port % SIDE), middle(Math.floor(port / SIDE)));
  }

  /** The first and last visible column and row. */
  get visible() {
    const first = (offset) => Math.max(0, Math.floor(-offset / this.cell));
    const last = (offset) => Math.min(SIDE - 1, Math.ceil((this.length - offset) / this.cell) - 1);
    return { columns: [first(this.x), last(this.x)], rows: [first(this.y), last(this.y)] };
  }

  /** The visible ports, row by row. */
  get visiblePorts() {
    const { columns, rows } = this.visible;
    const ports = [];
    for (let row = rows[0]; row <= rows[1]; row++) {
      for (let column = columns[0]; column <= columns[1]; column++) ports.push(row * SIDE + column);
    }
    return ports;
  }
}
