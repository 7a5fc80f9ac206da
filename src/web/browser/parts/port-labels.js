import { askGraphql } from './graphql.js';
import { plainText } from './invisible-characters.js';

/** Ports are asked for in blocks: whoever looks at one looks at its neighbours next. */
const BLOCK = 32;
const MOST_BLOCKS = 30;
/** How long to wait whether something else is looked at, and how long after a failure: twice as long each time, in milliseconds. */
const WAIT_MS = 90;
const FAILED_MS = { first: 1_000, last: 60_000 };

const QUERY = `query PortLabels($numbers: [Int!]!) {
  ports(numbers: $numbers) {
    number
    summary
    assignments { serviceName }
    associations { name origin firstPort lastPort }
  }
}`;

/** What ports are called and what is said of them, asked of the server when it is looked at. */
export class PortLabels {
  #address;
  #told;
  #known = new Map();
  #wanted = [];
  #timer;
  #isAsking = false;
  #wait = WAIT_MS;

  /**
   * @param {string} address - Where GraphQL answers.
   * @param {(error: Error | null) => void} told - Is called when more is known, or cannot be.
   */
  constructor(address, told) {
    this.#address = address;
    this.#told = told;
  }

  /** What is known of a port: `name`, maybe empty, and `summary`; undefined while nothing is. */
  of(port) {
    return this.#known.get(port);
  }

  /** Asks for ports that are not known yet, and no longer for others. */
  want(ports) {
    const missing = ports.filter((port) => !this.#known.has(port));
    this.#wanted = [...new Set(missing.map((port) => port - (port % BLOCK)))].slice(0, MOST_BLOCKS);
    clearTimeout(this.#timer);
    if (this.#wanted.length > 0) this.#timer = setTimeout(() => this.#ask(), this.#wait);
  }

  async #ask() {
    if (this.#isAsking || this.#wanted.length === 0) return;
    this.#isAsking = true;
    const numbers = this.#wanted.flatMap((first) => Array.from({ length: BLOCK }, (_, index) => first + index));
    this.#wanted = [];
    try {
      const { ports } = await askGraphql(this.#address, QUERY, { numbers });
      for (const port of ports) this.#known.set(port.number, { name: plainText(nameOf(port)), summary: port.summary });
      this.#wait = WAIT_MS;
      this.#told(null);
    } catch (error) {
      this.#wait = Math.min(FAILED_MS.last, Math.max(FAILED_MS.first, 2 * this.#wait));
      this.#told(error);
    }
    this.#isAsking = false;
    if (this.#wait === WAIT_MS) this.#ask();
  }
}

/** The best name: the team's, the official one, or that of an informal use of few ports. */
function nameOf({ assignments, associations }) {
  const isNarrow = ({ firstPort, lastPort }) => lastPort - firstPort < 256;
  const own = associations.find(({ origin }) => origin === 'OWN');
  const official = assignments.find(({ serviceName }) => serviceName !== null);
  return own?.name ?? official?.serviceName ?? associations.find(isNarrow)?.name ?? '';
}
