import type { Socket } from '../rows/socket.ts';
import { RegistryError } from '../values/registry-error.ts';
import type { RunStep } from '../values/run-step.ts';
import { type EphemeralUdp, LONGEST_PROCESS, type SeenSocket, scopeOf, socketKey } from './snapshot.ts';

/** The sockets that one step converts: a few milliseconds. */
const SOCKETS_OF_STEP = 2_000;

/**
 * Converts the listening sockets of a host to rows. Addresses become scopes, and equal rows become one: `0.0.0.0` and `[::]` of
 * one process are one row. A row without a process is left out if another one has its scope, protocol and port.
 *
 * @param sockets - The sockets, each with a protocol and a port number.
 * @param udp - The UDP sockets that are left out.
 * @param most - The most rows.
 * @param run - Runs the steps.
 * @returns The rows in an order that does not depend on that of the sockets.
 * @throws {RegistryError} `too_large` for more rows.
 */
export async function toSeenSockets(
  sockets: Iterable<Socket>,
  udp: EphemeralUdp,
  most: number,
  run: RunStep,
): Promise<SeenSocket[]> {
  const rows = new SeenRows(udp, most);
  const rest = sockets[Symbol.iterator]();
  const addSome = (): boolean => {
    for (let count = 0; count < SOCKETS_OF_STEP; count++) {
      const next = rest.next();
      if (next.done === true) return false;
      rows.add(next.value);
    }
    return true;
  };
  while (await run(addSome));
  return run(() => rows.finish());
}

/**
 * Returns the error of a snapshot with too many sockets.
 *
 * @param most - The most sockets.
 */
export function tooManySockets(most: number): RegistryError {
  return new RegistryError('too_large', `Cannot store the snapshot: expected at most ${most} listening sockets`);
}

/** The rows of a snapshot by scope, protocol and port, then by process. */
class SeenRows {
  readonly #udp: EphemeralUdp;
  readonly #most: number;
  readonly #ofKey = new Map<string, Map<string | null, SeenSocket>>();
  #count = 0;

  constructor(udp: EphemeralUdp, most: number) {
    this.#udp = udp;
    this.#most = most;
  }

  add({ protocol, local, process, isListening }: Socket): void {
    const { port } = local;
    if (!isListening || protocol === null || typeof port !== 'number') return;
    const { ports, isKept } = this.#udp;
    if (protocol === 'udp' && port >= ports.firstPort && port <= ports.lastPort && !isKept) return;
    const row = { scope: scopeOf(local.address), protocol, port, process: cleanProcess(process) };
    const key = socketKey(row);
    const rows = this.#ofKey.get(key) ?? new Map<string | null, SeenSocket>();
    if (rows.size === 0) this.#ofKey.set(key, rows);
    if (rows.has(row.process)) return;
    rows.set(row.process, row);
    // At most every second row has no process and is left out at the end.
    if (++this.#count > 2 * this.#most) throw tooManySockets(this.#most);
  }

  finish(): SeenSocket[] {
    const seen: SeenSocket[] = [];
    for (const rows of this.#ofKey.values()) {
      if (rows.size > 1) rows.delete(null);
      for (const row of rows.values()) seen.push(row);
    }
    if (seen.length > this.#most) throw tooManySockets(this.#most);
    return seen.sort(compare);
  }
}

/** Compares the ports first: most rows differ in them. */
function compare(a: SeenSocket, b: SeenSocket): number {
  if (a.port !== b.port) return a.port - b.port;
  return `${socketKey(a)} ${a.process ?? ''}` < `${socketKey(b)} ${b.process ?? ''}` ? -1 : 1;
}

function cleanProcess(process: string | null): string | null {
  const name = (process ?? '')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .slice(0, LONGEST_PROCESS)
    .toWellFormed()
    .trim();
  return name === '' ? null : name;
}
