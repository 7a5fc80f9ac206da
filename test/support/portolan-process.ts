import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Lifetime } from './temporary-folder.ts';

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** The exit code and the output of a process. */
export interface Outcome {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The options of a process. */
export interface ProcessOptions {
  /** Environment variables in addition to PATH and HOME; nothing else is inherited. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Its standard input. */
  readonly input?: string | Uint8Array;
  /** The path of Node; by default the one that runs the tests. */
  readonly node?: string;
  /** Options for Node itself. */
  readonly nodeOptions?: readonly string[];
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Returns its log so far. */
  readonly log: () => string;
  /** Resolves when it has exited. */
  readonly ended: Promise<Outcome>;
}

const START_MS = 20_000;

/** The commands that compare the database with that of a server on PORT; with 0 they ask none that happens to run. */
const ASKING = ['token', 'own', 'backup'];

/**
 * Runs `portolan` to its end.
 *
 * @param args - The command and its arguments.
 * @param options - Environment, standard input, options of Node.
 */
export async function runPortolan(args: readonly string[], options: ProcessOptions = {}): Promise<Outcome> {
  const environment = { ...(ASKING.includes(args[0] ?? '') && { PORT: '0' }), ...options.environment };
  const child = start(options.node ?? process.execPath, [...(options.nodeOptions ?? []), 'bin/portolan.js', ...args], {
    ...options,
    environment,
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input);
  return outcomeOf(child);
}

/**
 * Runs a command that must fail with exit code 1 and one sentence on standard error, after the progress lines of an
 * import, if any.
 *
 * @param args - The command and its arguments.
 * @param environment - The settings.
 * @param sentence - The expected sentence, without the program's name.
 */
export async function assertFails(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  sentence: string,
): Promise<void> {
  const { code, stdout, stderr } = await runPortolan(args, { environment });
  const lines = stderr.split('\n').filter((line) => !/: \d+ rows$/.test(line));
  assert.deepEqual(
    { code, stdout: withoutStart(stdout), lines },
    { code: 1, stdout: '', lines: [`portolan: ${sentence}`, ''] },
  );
}

/**
 * Removes the first line of a log, which has the version of the program.
 *
 * @param log - The log of a server.
 */
export function withoutStart(log: string): string {
  return log.replace(/^\{"level":30,.*"msg":"Portolan [\d.]+ starts"\}\n/, '');
}

/**
 * Starts `portolan serve` on a free port, waits until it is ready, and kills it after the test if it still runs.
 *
 * @param t - The test, or another object with an `after` hook.
 * @param environment - `DATABASE` and other settings.
 * @param command - A command to run instead, such as `['npm', 'start']`.
 */
export async function startServer(
  t: Lifetime,
  environment: Readonly<Record<string, string>>,
  command: readonly [string, ...string[]] = [process.execPath, 'bin/portolan.js', 'serve'],
): Promise<ServerProcess> {
  const child = start(command[0], command.slice(1), { environment: { PORT: '0', ...environment } });
  let log = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  const ended = outcomeOf(child);
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const url = readyUrls(log)[0];
    if (url !== undefined) return { url, process: child, log: () => log, ended };
    await delay(20);
  }
  child.kill('SIGKILL');
  throw new Error(`The server did not start: ${JSON.stringify(await ended)}`);
}

/**
 * Returns the URLs in the log lines of a server that is ready.
 *
 * @param log - The log of a server.
 */
export function readyUrls(log: string): string[] {
  const lines = log.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
  const ready = lines.map((line) => JSON.parse(line)).filter(({ url, msg }) => msg === `Portolan answers on ${url}`);
  return ready.map(({ url }) => url);
}

/**
 * Repeats a request until the response has the expected status.
 *
 * @param url - The URL.
 * @param status - The expected status.
 * @param timeoutMs - The timeout, in milliseconds.
 * @returns The last response.
 */
export async function waitForStatus(url: string, status: number, timeoutMs = 15_000): Promise<Response> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const response = await fetch(url);
    if (response.status === status || Date.now() > deadline) return response;
    await response.body?.cancel();
    await delay(50);
  }
}

function start(file: string, args: readonly string[], { environment }: ProcessOptions): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(file, args, { cwd: PROJECT, env: { PATH, HOME, ...environment } });
}

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  if (child.stdout === null || child.stderr === null) throw new Error('The process was started without pipes');
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number | null, stdout, stderr };
}
