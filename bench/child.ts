import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onCore, SERVER_CORE } from './core.ts';

/** The path of the project. */
export const PROJECT = fileURLToPath(new URL('../', import.meta.url));

/** A measured program, which runs in its own process. */
export interface Program {
  /** The name in the table. */
  readonly name: string;
  /** The program and its arguments, relative to the project. */
  readonly command: readonly string[];
  /** Environment variables in addition to PATH and HOME; no others are inherited. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A running server. */
export interface Running {
  readonly name: string;
  /** The base URL, such as `http://127.0.0.1:40001`. */
  readonly url: string;
  /** The id of the process. */
  readonly pid: number;
  /** Suspends the process, so that it takes no time from the core of the measured server. */
  readonly pause: () => void;
  /** Resumes the process. */
  readonly resume: () => void;
  /** Stops the process. */
  readonly stop: () => Promise<void>;
}

const START_MS = 60_000;
const STOP_MS = 10_000;

/** The time limit of every program, in milliseconds. */
const LONGEST_MS = 3_600_000;

/** A process without standard input. Its standard output and standard error are read. */
export type Child = ChildProcessByStdio<null, Readable, Readable>;

const children = new Set<Child>();

// No child survives this process, also when it fails or is interrupted.
process.on('exit', () => {
  for (const child of children) signal(child, 'SIGKILL');
});
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(1));

/**
 * Starts a server, and waits until it prints its URL on standard output.
 *
 * @param program - The server.
 * @param core - The core to run on, by default that of measured programs.
 * @throws {Error} When it exits before that, or takes more than a minute.
 */
export async function startServer(program: Program, core: string = SERVER_CORE): Promise<Running> {
  const child = start(program, core);
  child.stderr.pipe(process.stderr, { end: false });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    // Only the beginning is kept. The rest is read so that the pipe does not fill and block the process.
    if (output.length < 100_000) output += part;
  });
  const deadline = performance.now() + START_MS;
  for (;;) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
    if (url !== undefined) return running(program.name, child, url);
    if (child.exitCode !== null || performance.now() > deadline) {
      signal(child, 'SIGKILL');
      throw new Error(`${program.name} did not start: ${output}`);
    }
    await delay(10);
  }
}

/**
 * Runs a program until it exits.
 *
 * @param program - The program.
 * @param core - The core to run on.
 * @returns The standard output.
 * @throws {Error} When the exit code is not 0.
 */
export async function runProgram(program: Program, core: string = SERVER_CORE): Promise<string> {
  const child = start(program, core);
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (code !== 0) throw new Error(`${program.name} ended with ${code}: ${errors}${output}`);
  return output;
}

/**
 * Starts a program without waiting.
 *
 * @param program - The program.
 * @param core - The core to run on.
 * @returns Its process, which is killed when this process exits.
 */
export function start({ command, environment }: Program, core: string = SERVER_CORE): Child {
  const [file, ...args] = onCore(core, command);
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, ...environment };
  // `detached` starts a process group, which `signal` reaches as a whole: a program may start others.
  const options = { cwd: PROJECT, env, timeout: LONGEST_MS, killSignal: 'SIGKILL', detached: true } as const;
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}

function running(name: string, child: Child, url: string): Running {
  return {
    name,
    url,
    pid: child.pid ?? 0,
    pause: () => signal(child, 'SIGSTOP'),
    resume: () => signal(child, 'SIGCONT'),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      signal(child, 'SIGCONT');
      child.kill('SIGTERM');
      const forceKillTimer = setTimeout(() => signal(child, 'SIGKILL'), STOP_MS);
      await once(child, 'close');
      clearTimeout(forceKillTimer);
    },
  };
}

/** Sends a signal to a process and to all processes in its group. */
function signal({ pid }: Child, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch (error) {
    // ESRCH: the process has exited.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
