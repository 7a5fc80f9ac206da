/** The number of port numbers: 0-65535. */
export const PORT_COUNT = 65_536;

/** The seed of every run: all contenders on all machines get the same ports in the same order. */
export const SEED = 6335;

/**
 * Creates a pseudo-random number generator (mulberry32), which returns the same numbers for the same seed.
 *
 * @param seed - An integer.
 * @returns A function that returns a number from 0 to below 1.
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
 * Draws ports from a uniform distribution, with replacement.
 *
 * @param count - The number of ports.
 * @param seed - An integer; the same seed returns the same ports.
 */
export function drawPorts(count: number, seed: number = SEED): number[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => Math.floor(random() * PORT_COUNT));
}

/**
 * Returns all 65,536 ports in random order, each once.
 *
 * @param seed - An integer; the same seed returns the same order.
 */
export function shufflePorts(seed: number = SEED): number[] {
  const random = randomNumbers(seed);
  const ports = Array.from({ length: PORT_COUNT }, (_, port) => port);
  // Fisher-Yates shuffle.
  for (let index = ports.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [ports[index], ports[other]] = [ports[other] ?? 0, ports[index] ?? 0];
  }
  return ports;
}

/** The number of ports that get most of the requests of `skewPorts`, and the number of the others. */
const POPULAR = 1_000;
const OTHERS = 10_000;

/** The number of times that each popular port is listed: 95 % of all, as each of the others is listed once. */
const TIMES_LISTED = 190;

/** Lists ports so that a uniform draw gives one of 1,000 ports in 95 % of the cases, and one of 10,000 others in 5 %. */
export function skewPorts(): number[] {
  const ports = shufflePorts();
  const popular = ports.slice(0, POPULAR);
  const listed = Array.from({ length: TIMES_LISTED }, () => popular);
  return [...ports.slice(POPULAR, POPULAR + OTHERS), ...listed.flat()];
}
