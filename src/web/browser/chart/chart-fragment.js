/** The delay of writing, in milliseconds: browsers refuse more than about 3 changes of the address per second. */
const WRITE_DELAY_MS = 400;
const LAST_PORT = 65535;
const LISTS = ['kind', 'mark', 'over'];

/**
 * Keeps the state of the chart in the fragment of the page's address, as `#kind=informal&over=linux&at=8080,12`: kinds, marks,
 * outlined intervals, and the port and zoom.
 */
export class ChartFragment {
  #chart;
  #firstPort;
  #timer;

  /** @param {object} chart - `get()` returns the state, `set(state)` shows one. */
  constructor(chart) {
    this.#chart = chart;
    this.#firstPort = chart.get().port;
    addEventListener('hashchange', () => this.read());
  }

  /** Shows the state of the address, if it has one. */
  read() {
    const state = parse(location.hash);
    if (state !== null) this.#chart.set(state);
  }

  /** Writes the state to the address, soon. */
  write() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#write(), WRITE_DELAY_MS);
  }

  #write() {
    const hash = this.#format(this.#chart.get());
    // The fragment of another part of the page, such as #content, stays until the chart changes.
    if (hash === location.hash || (hash === '' && parse(location.hash) === null)) return;
    history.replaceState(history.state, '', `${location.pathname}${location.search}${hash}`);
  }

  /** Returns the fragment of a state; empty for the initial state. */
  #format({ port, zoom, ...lists }) {
    const parts = LISTS.filter((name) => lists[name].length > 0).map((name) => `${name}=${lists[name].join(',')}`);
    if (zoom > 1) parts.push(`at=${port},${Number(zoom.toFixed(2))}`);
    else if (port !== this.#firstPort) parts.push(`at=${port}`);
    return parts.length === 0 ? '' : `#${parts.join('&')}`;
  }
}

/** Returns the state in a fragment; unknown and invalid parts are ignored. Null for a fragment without a state. */
function parse(hash) {
  const parameters = new URLSearchParams(hash.slice(1));
  if (![...LISTS, 'at'].some((name) => parameters.has(name))) return null;
  const lists = LISTS.map((name) => [name, (parameters.get(name) ?? '').split(',')]);
  const [, port, zoom = '1'] = /^(\d{1,5})(?:,(\d{1,3}(?:\.\d{1,2})?))?$/.exec(parameters.get('at') ?? '') ?? [];
  const isPort = port !== undefined && Number(port) <= LAST_PORT;
  return { ...Object.fromEntries(lists), port: isPort ? Number(port) : null, zoom: Number(zoom) };
}
