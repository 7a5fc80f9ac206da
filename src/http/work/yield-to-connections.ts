/** The most turns of the event loop in a row that are left to new connections. */
export const MAX_TURNS = 32;

let connections = 0;

/** Counts a new connection. */
export function countConnection(): void {
  connections++;
}

/** Returns the number of connections since the start. */
export function connectionCount(): number {
  return connections;
}

/**
 * Schedules work for a later turn of the event loop: after all sockets are read again, and when no new connection is accepted in two
 * turns, or after 32 such pairs. Node accepts one connection per turn (libuv 1.46 and later): without this, each of 100 new connections
 * would wait for 10 ms of work.
 *
 * @param work - The work.
 */
export function yieldToConnections(work: () => void, turns = 0): void {
  const before = connections;
  // The first immediate runs before sockets are read again, if the caller runs while they are read.
  setImmediate(() =>
    setImmediate(() => {
      if (connections === before || turns === MAX_TURNS) work();
      else yieldToConnections(work, turns + 1);
    }),
  );
}
