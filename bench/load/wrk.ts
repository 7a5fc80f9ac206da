import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SEED } from '../port-sequence.ts';
import { toHttp } from '../requests.ts';
import type { Load, RawResult } from './load.ts';

const SCRIPT = fileURLToPath(new URL('replay.lua', import.meta.url));

/** The line that replay.lua prints at the end; times in microseconds. */
interface Summary {
  readonly requests: number;
  readonly bytes: number;
  readonly elapsed: number;
  readonly failures: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** Returns whether wrk is installed (Debian's package of the same name). */
export function hasWrk(): boolean {
  return spawnSync('wrk', ['--version']).error === undefined;
}

/**
 * Sends requests with wrk, from one thread. A Lua script holds the bytes of all requests in memory.
 *
 * @param load - The load.
 */
export async function driveByWrk({ url, requests, order, seconds, connections }: Load): Promise<RawResult> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-bench-'));
  const file = join(folder, 'requests');
  try {
    const texts = requests.map((request) => toHttp(request, new URL(url).host));
    // A line with the length in bytes, then the bytes.
    await writeFile(file, texts.map((text) => `${Buffer.byteLength(text)}\n${text}`).join(''));
    const limits = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s'];
    const scriptArguments = [file, order, String(SEED)];
    const { stdout } = await promisify(execFile)('wrk', [...limits, '-s', SCRIPT, url, '--', ...scriptArguments]);
    const summary = stdout.split('\n').find((line) => line.startsWith('{'));
    if (summary === undefined) throw new Error(`wrk did not end as expected: ${stdout}`);
    return toResult(JSON.parse(summary));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function toResult({ requests, bytes, elapsed, failures, p50, p99, longest }: Summary): RawResult {
  return {
    perSecond: (requests / elapsed) * 1_000_000,
    p50: p50 / 1000,
    p99: p99 / 1000,
    longest: longest / 1000,
    answers: requests,
    bytesEach: requests === 0 ? 0 : bytes / requests,
    failures,
  };
}
