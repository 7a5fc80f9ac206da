// Which part of the chart is seen. All lengths are CSS pixels; 256 ports stand in a row, port 0 at the top left.

/** Ports in a row, and rows. */
export const SIDE = 256;
const LAST_PORT = SIDE * SIDE - 1;
/** How large a port may get: room for its number and name. */
const LARGEST_CELL = 76;

export class ChartViewport {
  /** Where the ports are drawn: left, top and length of the square. */
  left = 0;
  top = 0;
  length = SIDE;
  /** The side of a port, and where port 0 lies in relation to the square. */
  cell = 1;
  x = 0;
  y = 0;

  /** The side of a port when all are seen. */
  get least() {
    return this.length / SIDE;
  }

  get zoom() {
    return this.cell / this.least;
  }

  /** Where ports lie on the canvas, for whoever looks on: where port 0 does, and how large a port is. */
  get square() {
    const [left, top] = this.placeOf(0);
    return JSON.stringify({ left, top, cell: this.cell });
  }

  /** Lays the square out anew; what is in its middle stays there. */
  resize(left, top, length) {
    const zoom = this.zoom;
    const [column, row] = [(this.length / 2 - this.x) / this.cell, (this.length / 2 - this.y) / this.cell];
    Object.assign(this, { left, top, length });
    this.cell = this.least * zoom;
    this.moveTo(length / 2 - column * this.cell, length / 2 - row * this.cell);
  }

  /** Shows ports at another size; what is at a point of the canvas stays there. */
  zoomTo(cell, atX, atY) {
    const next = Math.min(Math.max(cell, this.least), Math.max(LARGEST_CELL, this.least));
    const [dx, dy] = [atX - this.left, atY - this.top];
    const grown = next / this.cell;
    this.cell = next;
    this.moveTo(dx - (dx - this.x) * grown, dy - (dy - this.y) * grown);
  }

  /** Moves, no further than the ends of the chart. */
  moveTo(x, y) {
    const least = this.length - SIDE * this.cell;
    this.x = Math.min(0, Math.max(least, x));
    this.y = Math.min(0, Math.max(least, y));
  }

  /** The port at a point of the canvas; undefined outside of the square. */
  portAt(atX, atY) {
    const [dx, dy] = [atX - this.left, atY - this.top];
    if (dx < 0 || dy < 0 || dx >= this.length || dy >= this.length) return undefined;
    const column = Math.floor((dx - this.x) / this.cell);
    const row = Math.floor((dy - this.y) / this.cell);
    const port = row * SIDE + column;
    return column >= 0 && column < SIDE && port >= 0 && port <= LAST_PORT ? port : undefined;
  }

  /** The place of a port on the canvas: its left and top edge. */
  placeOf(port) {
    const [column, row] = [port % SIDE, Math.floor(port / SIDE)];
    return [this.left + this.x + column * this.cell, this.top + this.y + row * this.cell];
  }

  /** Moves as little as is needed for a port to be seen whole. */
  reveal(port) {
    const [left, top] = this.placeOf(port);
    const into = (start, from) => {
      if (start < from) return from - start;
      return Math.min(0, from + this.length - this.cell - start);
    };
    this.moveTo(this.x + into(left, this.left), this.y + into(top, this.top));
  }

  /** The first and last column and row of which something is seen. */
  get seen() {
    const first = (offset) => Math.max(0, Math.floor(-offset / this.cell));
    const last = (offset) => Math.min(SIDE - 1, Math.ceil((this.length - offset) / this.cell) - 1);
    return { columns: [first(this.x), last(this.x)], rows: [first(this.y), last(this.y)] };
  }
}
