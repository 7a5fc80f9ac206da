import { PortLabels } from '../parts/port-labels.js';
import { followButtons, followKeys } from './chart-keys.js';
import { coloursOf, kindOf, readPalette } from './chart-kinds.js';
import { followLegend, spansOf } from './chart-legend.js';
import { followPointers } from './chart-pointer.js';
import { ChartReadout } from './chart-readout.js';
import { ChartRenderer } from './chart-renderer.js';
import { ChartViewport, SIDE } from './chart-viewport.js';
import { grow } from './zoom-animation.js';

/** From this size of a port on its name is asked for, in CSS pixels. */
const NAME_FROM = 52;
/** Where the cursor is before it was moved. */
const FIRST_CURSOR = 443;
/** From this width on the chart has a scale at its left; above it there is room for a label. In the root's font size, as in chart.css. */
const SCALE_FROM = 27.5;
const SCALE = 2.9;
const LABEL = 1.25;
/** How much of the room is well filled. */
const WELL = 0.94;

/** The chart of all ports, to be looked at by mouse, touch and keyboard. */
export class ChartController {
  #root;
  #canvas;
  #picture;
  #view = new ChartViewport();
  #readout;
  #words;
  #palette;
  #filter = new Set();
  #bytes;
  #isDue = false;
  /** The port under the mouse; undefined for none. */
  #pointed;
  cursor = FIRST_CURSOR;

  /**
   * @param {HTMLElement} root - What the chart consists of, as src/web/parts/chart-section.ts writes it.
   * @param {Uint8Array} bytes - A byte for each port.
   */
  constructor(root, bytes) {
    this.#root = root;
    this.#bytes = bytes;
    this.#canvas = root.querySelector('canvas');
    this.#picture = new ChartRenderer(this.#canvas);
    this.#readout = new ChartReadout(root);
    this.#words = new PortLabels(root.dataset.graphql, (error) => this.#learn(error));
    this.#palette = readPalette(root);
    this.#paint();
    this.#resize();
    this.#change();
    this.#draw();
    new ResizeObserver(() => {
      this.#resize();
      // At once: the canvas is empty when its size has changed.
      this.#draw();
    }).observe(this.#root.querySelector('.chart-place'));
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)', 'print']) {
      matchMedia(query).addEventListener('change', () => this.#repaint());
    }
    followPointers(this.#canvas, this.#view, {
      changed: () => this.#change(),
      pointed: (port) => this.#point(port),
      // Keys and buttons go on from there.
      taken: (port) => {
        this.cursor = port;
      },
      chosen: (port, event) => this.#choose(port, event),
    });
    followKeys(this.#canvas, this);
    followLegend(this.#root, {
      filtered: (filter) => {
        this.#filter = filter;
        this.#repaint();
      },
      spanned: () => this.#change(),
    });
    // Who comes by the mouse sees where it is: nothing may move under it.
    this.#canvas.addEventListener(
      'focus',
      () => this.#canvas.matches(':focus-visible') && this.moveCursor(this.cursor),
    );
    this.#canvas.addEventListener('blur', () => this.#change());
    followButtons(this.#root, this);
  }

  moveCursor(port) {
    this.cursor = port;
    this.#pointed = undefined;
    this.#view.reveal(port);
    this.#change();
    this.#tell(true);
  }

  open(port, inNewWindow = false) {
    const address = `${this.#root.dataset.port}${port}`;
    if (inNewWindow) window.open(address, '_blank', 'noopener');
    else location.assign(address);
  }

  zoomBy(factor) {
    const [left, top] = this.#view.placeOf(this.cursor);
    const half = this.#view.cell / 2;
    this.#grow(this.#view.cell * factor, left + half, top + half);
  }

  zoomOut() {
    this.#grow(0, this.#view.left, this.#view.top);
  }

  #grow(cell, x, y) {
    grow(this.#view, cell, { x, y }, () => {
      this.#view.reveal(this.cursor);
      this.#change();
    });
  }

  #point(port) {
    if (port === this.#pointed) return;
    this.#pointed = port;
    this.#change();
    this.#tell(false);
  }

  /** A mouse points before it clicks; a finger names a port first and opens it when it comes again. */
  #choose(port, event) {
    const isAgain = port === this.cursor && this.#readout.port === port;
    if (event.pointerType === 'mouse' || isAgain) this.open(port, event.ctrlKey || event.metaKey || event.button === 1);
    else this.moveCursor(port);
  }

  #change() {
    const { columns, rows } = this.#view.seen;
    if (this.#view.cell >= NAME_FROM) {
      const ports = [];
      for (let row = rows[0]; row <= rows[1]; row++) {
        for (let column = columns[0]; column <= columns[1]; column++) ports.push(row * SIDE + column);
      }
      this.#words.want(ports);
    }
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => this.#draw());
  }

  #repaint() {
    this.#palette = readPalette(this.#root);
    this.#paint();
    // At once: a printer does not wait for the next frame.
    this.#draw();
  }

  #paint() {
    this.#picture.paint(this.#bytes, coloursOf(this.#palette, this.#filter));
  }

  #resize() {
    const ratio = devicePixelRatio;
    // Whole device pixels: a canvas that is a part of one wider than its place would be blurred.
    const width = Math.floor(this.#canvas.parentElement.getBoundingClientRect().width * ratio) / ratio;
    const unit = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const scale = width > SCALE_FROM * unit ? Math.ceil(SCALE * unit) : 0;
    const label = Math.round(LABEL * unit);
    const room = width - scale;
    // Whole device pixels for each port where they fill the room well: else some ports are larger than others.
    const whole = (Math.floor((room * ratio) / SIDE) * SIDE) / ratio;
    const length = whole > room * WELL ? whole : room;
    this.#picture.resize(width, length + label, ratio);
    this.#canvas.style.width = `${width}px`;
    this.#view.resize(scale, label, length);
  }

  #draw() {
    this.#isDue = false;
    this.#root.dataset.zoomed = this.#view.zoom.toFixed(2);
    this.#root.dataset.square = this.#view.square;
    const isFocused = document.activeElement === this.#canvas;
    this.#picture.draw(this.#view, this.#palette, {
      bytes: this.#bytes,
      spans: spansOf(this.#root),
      cursor: this.#pointed ?? (isFocused ? this.cursor : this.#readout.port),
      isFocused: isFocused && this.#pointed === undefined,
      nameOf: (port) => this.#words.of(port)?.name ?? '',
    });
  }

  #tell(isAloud) {
    const port = this.#pointed ?? (isAloud ? this.cursor : undefined);
    if (port === undefined) return;
    this.#words.want([port]);
    this.#readout.show(port, kindOf(this.#bytes[port]), this.#words.of(port), isAloud);
  }

  #learn(error) {
    this.#readout.learn((port) => this.#words.of(port), error);
    this.#change();
  }
}
