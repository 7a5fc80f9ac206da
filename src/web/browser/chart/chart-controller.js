import { plainText } from '../parts/invisible-characters.js';
import { PortLabels } from '../parts/port-labels.js';
import { ChartFragment } from './chart-fragment.js';
import { handleButtons, handleKeys } from './chart-keys.js';
import { coloursOf, readKinds, readPalette } from './chart-kinds.js';
import { ChartLegend } from './chart-legend.js';
import { handlePointers } from './chart-pointer.js';
import { ChartReadout } from './chart-readout.js';
import { ChartRenderer } from './chart-renderer.js';
import { ChartViewport, squareIn } from './chart-viewport.js';
import { animateZoom } from './zoom-animation.js';

/** The smallest cell with a name, in CSS pixels. */
const NAME_FROM = 52;

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
  /** The port of keys and buttons; at first the one that the page describes. */
  cursor;
  #legend;
  #fragment;
  /** The ports on which hosts listen; undefined for readers without a token. */
  #observed;

  /**
   * @param {HTMLElement} root - The section of the chart, as src/web/chart/chart-section.ts renders it.
   * @param {Uint8Array} bytes - One byte per port.
   */
  constructor(root, bytes) {
    this.#root = root;
    this.#bytes = bytes;
    this.#canvas = root.querySelector('canvas');
    this.#renderer = new ChartRenderer(this.#canvas);
    this.#readout = new ChartReadout(root);
    this.cursor = this.#readout.port;
    this.#labels = new PortLabels(root.dataset.graphql, (error) => this.#onLabels(error));
    this.#palette = readPalette(root);
    this.#kinds = readKinds(root);
    this.#legend = new ChartLegend(root, {
      filtered: (filter) => {
        this.#filter = filter;
        this.#repaint();
        this.#update();
      },
      spanned: () => this.refresh(),
    });
    this.#fragment = new ChartFragment({
      get: () => ({ ...this.#legend.state, port: this.cursor, zoom: this.#viewport.zoom }),
      set: (state) => this.#restore(state),
    });
    this.#paintPorts();
    this.#resize();
    this.#fragment.read();
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
    // Only for keyboard focus: the chart must not move under the mouse.
    this.#canvas.addEventListener(
      'focus',
      () => this.#canvas.matches(':focus-visible') && this.moveCursor(this.cursor),
    );
    this.#canvas.addEventListener('blur', () => this.#update());
    handleButtons(this.#root, this);
  }

  /** Shows the ports on which hosts listen, from `observed-ports.js`. */
  set observed(observed) {
    this.#observed = observed;
    this.refresh();
  }

  /** Draws the overlays again, and updates the description of the port. */
  refresh() {
    this.#update();
    this.#updateReadout(this.#readout.port, false);
  }

  moveCursor(port) {
    this.cursor = port;
    this.#pointed = undefined;
    this.#viewport.reveal(port);
    this.#update();
    this.#updateReadout(port, true);
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
    if (port !== undefined) this.#updateReadout(port, false);
  }

  /** Opens a port at a click by mouse; by touch, the first tap selects a port and the second one opens it. */
  #click(port, event) {
    const isAgain = port === this.cursor && this.#readout.port === port;
    if (event.pointerType === 'mouse' || isAgain) this.open(port, event.ctrlKey || event.metaKey || event.button === 1);
    else this.moveCursor(port);
  }

  /** Shows the filter, the intervals, the port and the zoom of the page's address. */
  #restore({ port, zoom, ...selection }) {
    this.#legend.select(selection);
    if (port === null) return;
    this.cursor = port;
    this.#viewport.show(port, zoom);
    this.#updateReadout(port, false);
    this.#update();
  }

  /** Requests missing names, writes the address, and schedules drawing. */
  #update() {
    this.#fragment.write();
    if (this.#viewport.cell >= NAME_FROM) this.#labels.request(this.#viewport.visiblePorts);
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
    const { left, top, length } = squareIn(width, unit, ratio);
    this.#renderer.resize(width, top + length, ratio);
    this.#canvas.style.width = `${width}px`;
    this.#viewport.resize(left, top, length);
  }

  #draw() {
    this.#isDrawScheduled = false;
    this.#root.dataset.zoomed = this.#viewport.zoom.toFixed(2);
    this.#root.dataset.square = this.#viewport.square;
    // Touch scrolls the page unless the chart is zoomed.
    this.#canvas.style.touchAction = this.#viewport.zoom > 1 ? 'none' : 'pan-x pan-y';
    const isFocused = document.activeElement === this.#canvas;
    this.#renderer.draw(this.#viewport, this.#palette, {
      bytes: this.#bytes,
      observed: this.#observed,
      spans: this.#legend.spans,
      cursor: this.#pointed ?? (isFocused ? this.cursor : this.#readout.port),
      isFocused: isFocused && this.#pointed === undefined,
      nameOf: (port) => plainText(this.#labels.get(port)?.[0] ?? ''),
    });
  }

  #updateReadout(port, isAloud) {
    this.#labels.request([port]);
    const note = this.#observed?.describe(port) ?? '';
    this.#readout.show(port, this.#kinds[this.#bytes[port]], note, this.#labels.get(port), isAloud);
  }

  #onLabels(error) {
    this.#readout.update(this.#labels.get(this.#readout.port), error);
    this.#update();
  }
}
