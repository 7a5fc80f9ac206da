import { PORT_COUNT } from '../values/port-number.ts';
import { foldServiceName } from '../values/service-name.ts';
import type { SuggestionQuestion } from './advice-question.ts';

/** A set of ports: 1 at the number of each one that is in it. */
export type PortSet = Uint8Array;

/**
 * Picks the ports, or the blocks, that a question prefers: the nearest to its port, those to which its name points, or
 * else the lowest.
 *
 * @param question - Its `near` and `like` count.
 * @param ports - The ports, or the first port of each block.
 * @param width - How many ports each stands for: 1, or the length of a block.
 * @param count - How many to pick at most.
 * @returns The most preferred first; of two equally near ones the lower.
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

/** Walks away from the port on both sides. */
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
 * Rendezvous hashing: every port gets a number from itself and the name, and the highest are taken. A port that is
 * taken by others moves no one but who had it.
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

/** FNV-1a in 32 bits, over the UTF-16 code units. The numbers are for all time: they decide which port a name gets. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return hash;
}

/** The last step of MurmurHash3 in 32 bits: each bit of the input moves half of the output. */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
