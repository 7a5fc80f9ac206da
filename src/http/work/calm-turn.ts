/** How many turns of the event loop in a row are left to new connections. */
const MOST_TURNS = 32;

let connections = 0;

/** Counts a new connection. */
export function countConnection(): void {
  connections++;
}

/**
 * Does work in a coming turn of the event loop: in the next one, or after those in which new connections come, 32 of them at
 * most. Node accepts one connection a turn (libuv 1.46 and later), so that a hundred of them would each wait for 10 ms of
 * work between two.
 *
 * @param work - What is done then.
 */
export function inCalmTurn(work: () => void, turns = 0): void {
  const before = connections;
  setImmediate(() => {
    if (connections === before || turns === MOST_TURNS) work();
    else inCalmTurn(work, turns + 1);
  });
}
