// Marks the ports on which hosts listen. Loaded only by readers with a token; the numbers are loaded when the chip is checked.

/** The smallest side of a mark and the width of the border around it, in CSS pixels. */
const MIN_SIDE = 7;
const BORDER = 2;
/** The smallest cell with a frame inside, which leaves room for a number and a name, and the width of the frame, in CSS pixels. */
const FRAME_FROM = 12;
const FRAME = 2;
/** The number that stands for larger ones too. */
const MOST_HOSTS = 255;
const LABEL = ' Seen on our hosts';

/** The ports on which hosts listen, over the chart. */
export class ObservedPorts {
  #box;
  #onLoad;
  /** The number of hosts on each port; null until the numbers are loaded. */
  #hosts = null;
  #isLoading = false;

  /**
   * @param {HTMLElement} root - The section of the chart.
   * @param {() => void} onLoad - Called after the numbers were loaded, or failed to load.
   */
  constructor(root, onLoad) {
    this.#box = root.querySelector('input[data-hosts]');
    this.#onLoad = onLoad;
    this.#box.parentElement.hidden = false;
  }

  /** Marks the visible ports on which hosts listen, if the chip is checked. */
  draw(context, view, palette) {
    const hosts = this.#shown();
    if (hosts === null) return;
    const ports = view.visiblePorts.filter((port) => hosts[port] > 0);
    // All borders first: none covers the mark of a neighbour.
    for (const port of ports) drawMark(context, view, port, palette.background, BORDER);
    for (const port of ports) drawMark(context, view, port, palette.text, 0);
  }

  /** Returns on how many hosts a port is seen, for its description; empty while the numbers are not shown. */
  describe(port) {
    const hosts = this.#shown();
    if (hosts === null) return '';
    const count = hosts[port];
    if (count < 2) return ` · seen on ${count === 0 ? 'no host' : '1 host'}`;
    return ` · seen on ${count === MOST_HOSTS ? `${count} or more` : count} hosts`;
  }

  /** Returns the numbers if the chip is checked and they are loaded; else null, and loads them for a checked chip. */
  #shown() {
    if (!this.#box.checked) return null;
    if (this.#hosts === null && !this.#isLoading) this.#load();
    return this.#hosts;
  }

  async #load() {
    const label = this.#box.nextSibling;
    this.#isLoading = true;
    label.textContent = LABEL;
    try {
      this.#hosts = await fetchHosts(this.#box.dataset.hosts);
    } catch (error) {
      this.#box.checked = false;
      label.textContent = `${LABEL}: ${error.message}`;
    }
    this.#isLoading = false;
    this.#onLoad();
  }
}

function drawMark(context, view, port, colour, border) {
  const [left, top] = view.placeOf(port);
  if (view.cell < FRAME_FROM) {
    const side = Math.max(view.cell, MIN_SIDE) + 2 * border;
    const offset = (view.cell - side) / 2;
    context.fillStyle = colour;
    context.fillRect(left + offset, top + offset, side, side);
  } else {
    context.strokeStyle = colour;
    context.lineWidth = FRAME + 2 * border;
    context.strokeRect(left + FRAME, top + FRAME, view.cell - 2 * FRAME, view.cell - 2 * FRAME);
  }
}

/** Fetches the numbers with the token of this window, or for the user who is signed in at the proxy. */
async function fetchHosts(address) {
  const token = sessionStorage.getItem('portolan.token');
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  const response = await fetch(address, { headers, cache: 'no-cache' }).catch(() => null);
  if (response === null) throw new Error('the server cannot be reached.');
  if (response.ok) return new Uint8Array(await response.arrayBuffer());
  const { detail } = await response.json().catch(() => ({}));
  throw new Error(detail ?? `the server answered ${response.status}.`);
}
