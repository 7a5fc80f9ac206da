import { PORT_COUNT } from '../values/port-number.ts';
import { foldServiceName } from '../values/service-name.ts';
import type { SuggestionQuestion } from './advice-question.ts';

/** A set of ports: the byte at a port's index is 1 if the set contains the port, else 0. */
export type PortSet = Uint8Array;

/** The weight of each port, or of the block that begins with it. */
export type PortWeights = Uint32Array;

/** Ports or blocks to choose from. */
export interface Candidates {
  /** The ports, or the first port of each block. */
  readonly ports: PortSet;
  readonly weights: PortWeights;
  /** The number of ports of a block; 1 for single ports. */
  readonly width: number;
}

/**
 * Returns the preferred ports or blocks: the nearest to `near`, those with the highest hash for `like`, or else those of
 * the lowest weight, or with `order` `number` the lowest.
 *
 * @param question - The conditions; only `near`, `like` and `order` count.
 * @param candidates - The ports or blocks.
 * @param count - The most ports or blocks to return.
 * @returns The most preferred first; of two equally preferred ones, the lower first.
 */
export function preferredPorts(
  { near, like, order }: Pick<SuggestionQuestion, 'near' | 'like' | 'order'>,
  { ports, weights, width }: Candidates,
  count: number,
): number[] {
  if (near !== null) return nearestPorts(near, ports, width, count);
  if (like !== null) return likePorts(like, ports, count);
  return order === 'number' ? lowestPorts(ports, count) : lowestRanked(ports, weights, count);
}

function lowestPorts(ports: PortSet, count: number): number[] {
  const found: number[] = [];
  for (let port = 0; port < PORT_COUNT && found.length < count; port++) if (ports[port] === 1) found.push(port);
  return found;
}

/** Searches from the port outwards, in both directions. */
function nearestPorts(near: number, ports: PortSet, width: number, count: number): number[] {
  const found: number[] = [];
  const take = (port: number): void => {
    if (ports[port] === 1 && found.length < count) found.push(port);
  };
  for (let port = near - width + 1; port <= near; port++) take(port);
  for (let distance = 1; distance < PORT_COUNT && found.length < count; distance++) {
    take(near - width + 1 - distance);
    take(near + distance);
  }
  return found;
}

/**
 * Uses rendezvous hashing: each port gets a hash of the port and the name, and the highest hashes win. If a port
 * becomes unavailable, only the names that it was chosen for get another one.
 */
function likePorts(like: string, ports: PortSet, count: number): number[] {
  const seed = hashName(foldServiceName(like));
  const ranks = new Uint32Array(PORT_COUNT);
  // The highest hash becomes the lowest rank.
  for (let port = 0; port < PORT_COUNT; port++) {
    if (ports[port] === 1) ranks[port] = ~mix(seed ^ Math.imul(port, 0x9e3779b1));
  }
  return lowestRanked(ports, ranks, count);
}

/** Returns the ports of the lowest rank; of equal ones, the lower first. */
function lowestRanked(ports: PortSet, ranks: Uint32Array, count: number): number[] {
  const best: { port: number; rank: number }[] = [];
  /** The highest rank of `best` when it is full: further ports must be below it. */
  let highest = Number.POSITIVE_INFINITY;
  for (let port = 0; port < PORT_COUNT && highest > 0; port++) {
    const rank = ranks[port] ?? 0;
    if (ports[port] !== 1 || rank >= highest) continue;
    const place = best.findIndex((other) => other.rank > rank);
    best.splice(place < 0 ? best.length : place, 0, { port, rank });
    if (best.length > count) best.pop();
    if (best.length === count) highest = best.at(-1)?.rank ?? 0;
  }
  return best.map(({ port }) => port);
}

/**
 * Hashes a name: FNV-1a in 32 bits, over UTF-16 code units. Never change the constants: they decide which port a name
 * gets.
 */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return hash;
}

/** Mixes the bits: the finalizer of MurmurHash3 in 32 bits. Each bit of the input flips half of the output's bits. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
