import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Whether processes can be kept to a core: there are two of them, and taskset (Debian's util-linux). */
export const CAN_PIN = availableParallelism() > 1 && spawnSync('taskset', ['--version']).error === undefined;

/** The core of whatever is measured. */
export const SERVER_CORE = 0;

/** The core of whatever measures. */
export const LOAD_CORE = 1;

/** Keeps this process, and all that it starts from now on, to the core of the load generator. */
export function pinThisProcess(): void {
  if (CAN_PIN) spawnSync('taskset', ['--all-tasks', '--pid', '--cpu-list', String(LOAD_CORE), String(process.pid)]);
}

/**
 * Puts a command on a core.
 *
 * @param core - Its number.
 * @param command - The program and its arguments.
 * @returns The command to run instead.
 */
export function onCore(core: number, command: readonly string[]): readonly [string, ...string[]] {
  const [program = '', ...args] = command;
  return CAN_PIN ? ['taskset', '--cpu-list', String(core), program, ...args] : [program, ...args];
}

/**
 * Has a program give way to others on its core. Where the kernel shares out a core by sessions first, as Linux does with
 * `sched_autogroup_enabled`, and each program here is a session, it is the session that has to give way.
 *
 * @param nice - 1-19, by which a program gets a tenth less of the core each.
 * @param command - The program and its arguments.
 * @returns The command to run instead.
 */
export function lowered(nice: number, command: readonly string[]): readonly string[] {
  const script = 'echo "$0" 2>/dev/null >/proc/self/autogroup; exec nice -n "$0" "$@"';
  return ['sh', '-c', script, String(nice), ...command];
}
