import { labelSpans, outline } from './chart-spans.js';
import { SIDE } from './chart-viewport.js';

/** The smallest cells with gaps, with port numbers and with names, in CSS pixels. */
const GAP_FROM = 4;
const NUMBER_FROM = 34;
const NAME_FROM = 52;
/** The most characters of a name that fit a cell. */
const MAX_CHARACTERS = 24;
/** The smallest cursor, in CSS pixels. */
const MIN_CURSOR = 9;

/** Draws the chart on a canvas. */
export class ChartRenderer {
  #canvas;
  #context;
  #ports = new OffscreenCanvas(SIDE, SIDE);
  #colours = [];
  #ratio = 1;

  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
  }

  /** Sets the size of the canvas in device pixels. */
  resize(width, height, ratio) {
    this.#ratio = ratio;
    const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
    // Only if it changes: setting the size clears the canvas.
    for (const [side, length] of Object.entries(size)) {
      if (this.#canvas[side] !== length) this.#canvas[side] = length;
    }
  }

  /** Paints all ports to an off-screen canvas, one pixel each. */
  paintPorts(bytes, colours) {
    this.#colours = colours;
    const context = this.#ports.getContext('2d');
    const image = context.createImageData(SIDE, SIDE);
    for (let port = 0, at = 0; port < bytes.length; port++, at += 4) {
      const colour = colours[bytes[port]];
      image.data[at] = colour[0];
      image.data[at + 1] = colour[1];
      image.data[at + 2] = colour[2];
      image.data[at + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }

  /** Draws the visible ports with gaps, numbers and names, the ports of hosts, the selected intervals, and the cursor. */
  draw(view, palette, { bytes, observed, spans, cursor, isFocused, nameOf }) {
    const context = this.#context;
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.save();
    context.beginPath();
    context.rect(view.left, view.top, view.length, view.length);
    context.clip();
    context.imageSmoothingEnabled = false;
    const [left, top] = view.placeOf(0);
    const size = SIDE * view.cell;
    context.drawImage(
      this.#ports,
      this.#snap(left),
      this.#snap(top),
      this.#snap(left + size) - this.#snap(left),
      this.#snap(top + size) - this.#snap(top),
    );
    if (view.cell >= GAP_FROM) this.#drawGaps(view, palette);
    if (view.cell >= NUMBER_FROM) this.#drawLabels(view, palette, bytes, nameOf);
    observed?.draw(context, view, palette);
    for (const span of spans) outline(context, view, palette, span, (length) => this.#snap(length));
    if (cursor !== undefined) this.#drawCursor(view, palette, cursor, isFocused);
    context.restore();
    this.#drawScale(view, palette);
    labelSpans(context, view, palette, spans);
  }

  #snap(length) {
    return Math.round(length * this.#ratio) / this.#ratio;
  }

  #drawGaps(view, palette) {
    const context = this.#context;
    const width = Math.max(1, Math.round((view.cell * this.#ratio) / 12)) / this.#ratio;
    const { columns, rows } = view.visible;
    const [left, top] = view.placeOf(0);
    context.fillStyle = palette.background;
    for (let column = columns[0]; column <= columns[1] + 1; column++) {
      context.fillRect(this.#snap(left + column * view.cell) - width / 2, view.top, width, view.length);
    }
    for (let row = rows[0]; row <= rows[1] + 1; row++) {
      context.fillRect(view.left, this.#snap(top + row * view.cell) - width / 2, view.length, width);
    }
  }

  #drawLabels(view, palette, bytes, nameOf) {
    const context = this.#context;
    const { columns, rows } = view.visible;
    const size = Math.min(14, view.cell * 0.24);
    const hasNames = view.cell >= NAME_FROM;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (let row = rows[0]; row <= rows[1]; row++) {
      for (let column = columns[0]; column <= columns[1]; column++) {
        const port = row * SIDE + column;
        const [left, top] = view.placeOf(port);
        const [x, y, maxWidth] = [left + view.cell / 2, top + view.cell / 2, view.cell - 8];
        const name = hasNames ? nameOf(port) : '';
        context.fillStyle = textColourOn(this.#colours[bytes[port]]);
        context.font = `600 ${size}px ${palette.font}`;
        context.fillText(String(port), x, name === '' ? y : y - size * 0.6, maxWidth);
        if (name === '') continue;
        context.font = `${size * 0.82}px ${palette.font}`;
        context.fillText(truncate(context, name, maxWidth), x, y + size * 0.7, maxWidth);
      }
    }
  }

  #drawCursor(view, palette, port, isFocused) {
    const context = this.#context;
    const [left, top] = view.placeOf(port);
    const side = Math.max(view.cell, MIN_CURSOR);
    const [x, y] = [left + (view.cell - side) / 2, top + (view.cell - side) / 2];
    context.strokeStyle = palette.background;
    context.lineWidth = 5;
    context.strokeRect(x, y, side, side);
    context.strokeStyle = isFocused ? palette.accent : palette.text;
    context.lineWidth = 2;
    context.strokeRect(x, y, side, side);
  }

  /** Draws the first port number of every few rows at the left. */
  #drawScale(view, palette) {
    if (view.left < 30) return;
    const context = this.#context;
    const step = [1, 2, 4, 8, 16, 32].find((rows) => rows * view.cell >= 26) ?? 32;
    const { rows } = view.visible;
    context.font = `${palette.small}px ${palette.font}`;
    context.textAlign = 'right';
    context.textBaseline = 'top';
    context.fillStyle = palette.quiet;
    for (let row = Math.ceil(rows[0] / step) * step; row <= rows[1]; row += step) {
      const [, top] = view.placeOf(row * SIDE);
      if (top < view.top - 2 || top > view.top + view.length - 12) continue;
      context.fillText(String(row * SIDE), view.left - 8, top - 1);
    }
  }
}

/** Returns black or white, the one with more contrast to a colour. */
function textColourOn([red, green, blue]) {
  return red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? '#000' : '#fff';
}

function truncate(context, text, maxWidth) {
  if (context.measureText(text).width <= maxWidth * 1.25) return text;
  // Untrusted names may be long: bounds the number of measurements.
  let length = Math.min(text.length, MAX_CHARACTERS);
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > maxWidth) length--;
  return `${text.slice(0, length)}…`;
}
