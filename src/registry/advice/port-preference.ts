import { PORT_COUNT } from '../values/port-number.ts';
import { foldServiceName } from '../values/service-name.ts';
import type { SuggestionQuestion } from './advice-question.ts';

/** A set of ports: the byte at a port's index is 1 if the set contains the port, else 0. */
export type PortSet = Uint8Array;

/**
 * Returns the preferred ports or blocks: the nearest to `near`, those with the highest hash for `like`, or else the
 * lowest.
 *
 * @param question - The conditions; only `near` and `like` count.
 * @param ports - The ports, or the first port of each block.
 * @param width - The number of ports of a block; 1 for single ports.
 * @param count - The most ports or blocks to return.
 * @returns The most preferred first; of two equally near ones, the lower first.
 */
export function preferredPorts(
  { near, like }: Pick<SuggestionQuestion, 'near' | 'like'>,
  ports: PortSet,
  width: number,
  count: number,
): number[] {
  if (near !== null) return nearestPorts(near, ports, width, count);
  return like === null ? lowestPorts(ports, count) : likePorts(like, ports, count);
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
  const best: { port: number; rank: number }[] = [];
  for (let port = 0; port < PORT_COUNT; port++) {
    if (ports[port] !== 1) continue;
    const rank = mix(seed ^ Math.imul(port, 0x9e3779b1));
    const last = best.at(-1);
    if (best.length === count && last !== undefined && rank <= last.rank) continue;
    const place = best.findIndex((other) => other.rank < rank);
    best.splice(place < 0 ? best.length : place, 0, { port, rank });
    if (best.length > count) best.pop();
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
