import { PortLabels } from '../parts/port-labels.js';
import { handleButtons, handleKeys } from './chart-keys.js';
import { coloursOf, readKinds, readPalette } from './chart-kinds.js';
import { handleLegend, spansOf } from './chart-legend.js';
import { handlePointers } from './chart-pointer.js';
import { ChartReadout } from './chart-readout.js';
import { ChartRenderer } from './chart-renderer.js';
import { ChartViewport, SIDE } from './chart-viewport.js';
import { animateZoom } from './zoom-animation.js';

/** The smallest cell with a name, in CSS pixels. */
const NAME_FROM = 52;
/** The initial position of the cursor. */
const FIRST_CURSOR = 443;
/** The smallest width with a scale at the left, the width of the scale, and the height of the labels above; in rem, as in chart.css. */
const SCALE_FROM = 27.5;
const SCALE = 2.9;
const LABEL = 1.25;
/** The part of the available length that whole device pixels must fill. */
const MIN_FILL = 0.94;

/** The interactive chart of all ports, for mouse, touch and keyboard. */
export class ChartController {
  #root;
  #canvas;
  #renderer;
  #viewport = new ChartViewport();
  #readout;
  #labels;
  #palette;
  #kinds;
  #filter = new Set();
  #bytes;
  #isDrawScheduled = false;
  /** The port under the mouse; undefined for none. */
  #pointed;
  cursor = FIRST_CURSOR;

  /**
   * @param {HTMLElement} root - The section of the chart, as src/web/parts/chart-section.ts renders it.
   * @param {Uint8Array} bytes - One byte per port.
   */
  constructor(root, bytes) {
    this.#root = root;
    this.#bytes = bytes;
    this.#canvas = root.querySelector('canvas');
    this.#renderer = new ChartRenderer(this.#canvas);
    this.#readout = new ChartReadout(root);
    this.#labels = new PortLabels(root.dataset.graphql, (error) => this.#onLabels(error));
    this.#palette = readPalette(root);
    this.#kinds = readKinds(root);
    this.#paintPorts();
    this.#resize();
    this.#update();
    this.#draw();
    new ResizeObserver(() => {
      this.#resize();
      // Without waiting for a frame: a resized canvas is empty.
      this.#draw();
    }).observe(this.#root.querySelector('.chart-place'));
    for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)', 'print']) {
      matchMedia(query).addEventListener('change', () => this.#repaint());
    }
    handlePointers(this.#canvas, this.#viewport, {
      changed: () => this.#update(),
      pointed: (port) => this.#point(port),
      // Keys and buttons continue from this port.
      pressed: (port) => {
        this.cursor = port;
      },
      clicked: (port, event) => this.#click(port, event),
    });
    handleKeys(this.#canvas, this);
    handleLegend(this.#root, {
      filtered: (filter) => {
        this.#filter = filter;
        this.#repaint();
      },
      spanned: () => this.#update(),
    });
    // Only for keyboard focus: the chart must not move under the mouse.
    this.#canvas.addEventListener(
      'focus',
      () => this.#canvas.matches(':focus-visible') && this.moveCursor(this.cursor),
    );
    this.#canvas.addEventListener('blur', () => this.#update());
    handleButtons(this.#root, this);
  }

  moveCursor(port) {
    this.cursor = port;
    this.#pointed = undefined;
    this.#viewport.reveal(port);
    this.#update();
    this.#updateReadout(true);
  }

  open(port, inNewWindow = false) {
    const address = `${this.#root.dataset.port}${port}`;
    if (inNewWindow) window.open(address, '_blank', 'noopener');
    else location.assign(address);
  }

  zoomBy(factor) {
    const [left, top] = this.#viewport.placeOf(this.cursor);
    const half = this.#viewport.cell / 2;
    this.#zoomTo(this.#viewport.cell * factor, left + half, top + half);
  }

  zoomOut() {
    this.#zoomTo(0, this.#viewport.left, this.#viewport.top);
  }

  #zoomTo(cell, x, y) {
    animateZoom(this.#viewport, cell, { x, y }, () => {
      this.#viewport.reveal(this.cursor);
      this.#update();
    });
  }

  #point(port) {
    if (port === this.#pointed) return;
    this.#pointed = port;
    this.#update();
    this.#updateReadout(false);
  }

  /** Opens a port at a click by mouse; by touch, the first tap selects a port and the second one opens it. */
  #click(port, event) {
    const isAgain = port === this.cursor && this.#readout.port === port;
    if (event.pointerType === 'mouse' || isAgain) this.open(port, event.ctrlKey || event.metaKey || event.button === 1);
    else this.moveCursor(port);
  }

  /** Requests missing labels and schedules drawing. */
  #update() {
    const { columns, rows } = this.#viewport.visible;
    if (this.#viewport.cell >= NAME_FROM) {
      const ports = [];
      for (let row = rows[0]; row <= rows[1]; row++) {
        for (let column = columns[0]; column <= columns[1]; column++) ports.push(row * SIDE + column);
      }
      this.#labels.request(ports);
    }
    if (this.#isDrawScheduled) return;
    this.#isDrawScheduled = true;
    requestAnimationFrame(() => this.#draw());
  }

  #repaint() {
    this.#palette = readPalette(this.#root);
    this.#paintPorts();
    // Without waiting for a frame: a printer does not wait either.
    this.#draw();
  }

  #paintPorts() {
    this.#renderer.paintPorts(this.#bytes, coloursOf(this.#palette, this.#kinds, this.#filter));
  }

  #resize() {
    const ratio = devicePixelRatio;
    // Whole device pixels: a fractional width would blur the canvas.
    const width = Math.floor(this.#canvas.parentElement.getBoundingClientRect().width * ratio) / ratio;
    const unit = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const scale = width > SCALE_FROM * unit ? Math.ceil(SCALE * unit) : 0;
    const label = Math.round(LABEL * unit);
    const available = width - scale;
    // Whole device pixels per port if they fill most of the length; otherwise some ports are larger than others.
    const whole = (Math.floor((available * ratio) / SIDE) * SIDE) / ratio;
    const length = whole > available * MIN_FILL ? whole : available;
    this.#renderer.resize(width, length + label, ratio);
    this.#canvas.style.width = `${width}px`;
    this.#viewport.resize(scale, label, length);
  }

  #draw() {
    this.#isDrawScheduled = false;
    this.#root.dataset.zoomed = this.#viewport.zoom.toFixed(2);
    this.#root.dataset.square = this.#viewport.square;
    const isFocused = document.activeElement === this.#canvas;
    this.#renderer.draw(this.#viewport, this.#palette, {
      bytes: this.#bytes,
      spans: spansOf(this.#root),
      cursor: this.#pointed ?? (isFocused ? this.cursor : this.#readout.port),
      isFocused: isFocused && this.#pointed === undefined,
      nameOf: (port) => this.#labels.get(port)?.name ?? '',
    });
  }

  #updateReadout(isAloud) {
    const port = this.#pointed ?? (isAloud ? this.cursor : undefined);
    if (port === undefined) return;
    this.#labels.request([port]);
    this.#readout.show(port, this.#kinds[this.#bytes[port]], this.#labels.get(port), isAloud);
  }

  #onLabels(error) {
    this.#readout.update((port) => this.#labels.get(port), error);
    this.#update();
  }
}
