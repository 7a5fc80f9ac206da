import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onCore, SERVER_CORE } from './core.ts';

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL('../', import.meta.url));

/** A program that is measured, in a process of its own. */
export interface Program {
  /** What the table calls it. */
  readonly name: string;
  /** The program and its arguments, seen from the project's folder. */
  readonly command: readonly string[];
  /** Environment variables beside PATH and HOME; nothing else is inherited. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A program that answers. */
export interface Running {
  readonly name: string;
  /** Where it answers, such as `http://127.0.0.1:40001`. */
  readonly url: string;
  /** Its process. */
  readonly pid: number;
  /** Takes it from the processor, so that it does not share a core with the one that is measured. */
  readonly pause: () => void;
  /** Lets it go on. */
  readonly resume: () => void;
  /** Ends it. */
  readonly stop: () => Promise<void>;
}

const START_MS = 60_000;
const STOP_MS = 10_000;

/** However it goes on: no program runs longer than this. */
const LONGEST_MS = 3_600_000;

/** A process that is given nothing, and whose output and complaints are read. */
export type Child = ChildProcessByStdio<null, Readable, Readable>;

const children = new Set<Child>();

/** Whatever happens, nothing is left running. */
process.on('exit', () => {
  for (const child of children) signal(child, 'SIGKILL');
});
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(1));

/**
 * Starts a server on the core of what is measured, and waits until it tells its address on standard output.
 *
 * @param program - What to run.
 * @throws {Error} When it ends before that, or takes a minute.
 */
export async function startServer(program: Program): Promise<Running> {
  const child = start(program);
  child.stderr.pipe(process.stderr, { end: false });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    // Only the beginning is of interest; the rest is taken so that the pipe does not fill.
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
 * Runs a program to its end.
 *
 * @param program - What to run.
 * @param core - On which core.
 * @returns What it wrote to standard output.
 * @throws {Error} When it ends with an exit code other than 0.
 */
export async function runProgram(program: Program, core: number = SERVER_CORE): Promise<string> {
  const child = start(program, core);
  const [output, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`${program.name} ended with ${code}: ${complaints}${output}`);
  return output;
}

/**
 * Starts a program without waiting for anything.
 *
 * @param program - What to run.
 * @param core - On which core.
 * @returns Its process, which is killed at the latest when this one ends.
 */
export function start({ command, environment }: Program, core: number = SERVER_CORE): Child {
  const [file, ...args] = onCore(core, command);
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, ...environment };
  // A group of its own: a program may have started others.
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
      const impatience = setTimeout(() => signal(child, 'SIGKILL'), STOP_MS);
      await once(child, 'close');
      clearTimeout(impatience);
    },
  };
}

/** Sends a signal to a process and to all that it has started. */
function signal({ pid }: Child, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch (error) {
    // It has ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
