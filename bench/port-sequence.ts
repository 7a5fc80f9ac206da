/** How many port numbers there are: 0-65535. */
export const PORT_COUNT = 65_536;

/** The seed of every run: the same ports in the same order, for all contenders and on all machines. */
export const SEED = 6335;

/**
 * Makes a source of random numbers that gives the same ones for the same seed (mulberry32).
 *
 * @param seed - An integer.
 * @returns A function that gives a number from 0 to below 1.
 */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Draws ports, each as likely as any other; some come twice.
 *
 * @param count - How many.
 * @param seed - An integer; the same one gives the same ports.
 */
export function drawPorts(count: number, seed: number = SEED): number[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => Math.floor(random() * PORT_COUNT));
}

/**
 * Puts all 65,536 ports in a random order, each of them once.
 *
 * @param seed - An integer; the same one gives the same order.
 */
export function shufflePorts(seed: number = SEED): number[] {
  const random = randomNumbers(seed);
  const ports = Array.from({ length: PORT_COUNT }, (_, port) => port);
  // Fisher and Yates: from the end, each place takes one of those that are left.
  for (let place = ports.length - 1; place > 0; place--) {
    const other = Math.floor(random() * (place + 1));
    [ports[place], ports[other]] = [ports[other] ?? 0, ports[place] ?? 0];
  }
  return ports;
}

/** How many ports get most of the requests of `skewPorts`, and how many others there are. */
const POPULAR = 1_000;
const OTHERS = 10_000;

/** How many times each popular port is listed: 95 % of all, as each of the others is listed once. */
const TIMES_LISTED = 190;

/** Lists ports so that a uniform draw gives one of 1,000 ports in 95 % of the cases, and one of 10,000 others in 5 %. */
export function skewPorts(): number[] {
  const ports = shufflePorts();
  const popular = ports.slice(0, POPULAR);
  const listed = Array.from({ length: TIMES_LISTED }, () => popular);
  return [...ports.slice(POPULAR, POPULAR + OTHERS), ...listed.flat()];
}
