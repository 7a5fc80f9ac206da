import { queryGraphql } from './graphql.js';
import { NAME_FIELDS, namesOf } from './port-names.js';

/** Ports are loaded in blocks, because users look at neighbouring ports next. */
const BLOCK = 32;
const MAX_BLOCKS = 30;
/** The debounce time of requests, and the first and last delay after failures (exponential backoff), in milliseconds. */
const DEBOUNCE_MS = 90;
const RETRY_MS = { first: 1_000, last: 60_000 };

const QUERY = `query PortLabels($numbers: [Int!]!) {
  ports(numbers: $numbers) {
    number
    ${NAME_FIELDS}
  }
}`;

/** The names of ports, loaded on demand and cached. */
export class PortLabels {
  #address;
  #onUpdate;
  #names = new Map();
  #missingBlocks = [];
  #timer;
  #isLoading = false;
  #delay = DEBOUNCE_MS;

  /**
   * @param {string} address - The URL of the GraphQL endpoint.
   * @param {(error: Error | null) => void} onUpdate - Called after names were loaded, or failed to load.
   */
  constructor(address, onUpdate) {
    this.#address = address;
    this.#onUpdate = onUpdate;
  }

  /** Returns the names of a port, the best first; undefined if they are not loaded. */
  get(port) {
    return this.#names.get(port);
  }

  /** Requests the names of ports; replaces earlier requests that have not been sent. */
  request(ports) {
    const missing = ports.filter((port) => !this.#names.has(port));
    this.#missingBlocks = [...new Set(missing.map((port) => port - (port % BLOCK)))].slice(0, MAX_BLOCKS);
    clearTimeout(this.#timer);
    if (this.#missingBlocks.length > 0) this.#timer = setTimeout(() => this.#load(), this.#delay);
  }

  async #load() {
    if (this.#isLoading || this.#missingBlocks.length === 0) return;
    this.#isLoading = true;
    const numbers = this.#missingBlocks.flatMap((first) => Array.from({ length: BLOCK }, (_, index) => first + index));
    this.#missingBlocks = [];
    try {
      const { ports } = await queryGraphql(this.#address, QUERY, { numbers });
      for (const port of ports) this.#names.set(port.number, namesOf(port));
      this.#delay = DEBOUNCE_MS;
      this.#onUpdate(null);
    } catch (error) {
      this.#delay = Math.min(RETRY_MS.last, Math.max(RETRY_MS.first, 2 * this.#delay));
      this.#onUpdate(error);
    }
    this.#isLoading = false;
    if (this.#delay === DEBOUNCE_MS) this.#load();
  }
}
