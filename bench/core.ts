import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** True if processes can be pinned to a core: the machine has two, and taskset (Debian's util-linux). */
export const CAN_PIN = availableParallelism() > 1 && spawnSync('taskset', ['--version']).error === undefined;

/** The core of the measured program. */
export const SERVER_CORE = '0';

/** The core of the load generator. */
export const LOAD_CORE = '1';

/** Both cores. On one core, the threads of V8's garbage collector take processor time from the measured server. */
export const BOTH_CORES = `${SERVER_CORE},${LOAD_CORE}`;

/** Pins this process, and all that it starts from now on, to the core of the load generator. */
export function pinThisProcess(): void {
  if (CAN_PIN) spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', LOAD_CORE, String(process.pid)]);
}

/**
 * Pins a command to a core, or to both.
 *
 * @param core - `SERVER_CORE`, `LOAD_CORE` or `BOTH_CORES`.
 * @param command - The program and its arguments.
 * @returns The command to run instead.
 */
export function onCore(core: string, command: readonly string[]): readonly [string, ...string[]] {
  const [program = '', ...args] = command;
  return CAN_PIN ? ['taskset', '--cpu-list', core, program, ...args] : [program, ...args];
}

/**
 * Lowers the priority of a command on its core. With `sched_autogroup_enabled`, Linux shares a core by sessions first, so
 * the session gets the nice value too: each program here is a session.
 *
 * @param nice - The nice value, 1-19; each step takes about a tenth of the core time.
 * @param command - The program and its arguments.
 * @returns The command to run instead.
 * @see https://man7.org/linux/man-pages/man7/sched.7.html
 */
export function reniced(nice: number, command: readonly string[]): readonly string[] {
  const script = 'echo "$0" 2>/dev/null >/proc/self/autogroup; exec nice -n "$0" "$@"';
  return ['sh', '-c', script, String(nice), ...command];
}
