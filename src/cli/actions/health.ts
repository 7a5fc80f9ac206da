import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../config/settings.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { escapeControls } from '../terminal/terminal-text.ts';

/** How long an answer may take, in milliseconds: less than whoever runs this each half minute waits. */
const ANSWER_MS = 4_000;

/** How much of an answer is read, in bytes, and how much of its reason is told, in UTF-16 units. */
const LARGEST_ANSWER = 64 * 1024;
const LONGEST_REASON = 1_000;

/** How long to wait until it is asked again, in milliseconds. */
const AGAIN_MS = 200;

/** Addresses on which a server listens for all, and by which this machine reaches it. */
const OWN_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/**
 * Asks the server of this machine that has the same settings whether it is ready, and says so.
 *
 * @param config - The settings.
 * @param waitMs - How long to go on asking until it is, in milliseconds.
 * @throws {RegistryError} `unavailable` when it is not, with its own reason where it gives one; `invalid_argument` when
 *   its port cannot be known.
 */
export async function health(config: Config, waitMs: number): Promise<void> {
  const url = readyAddress(config);
  for (const end = performance.now() + waitMs; ; await delay(AGAIN_MS)) {
    const fault = await faultOf(url);
    if (fault === undefined) break;
    if (performance.now() >= end) throw new RegistryError('unavailable', fault);
  }
  console.log(`Ready: ${url.origin}`);
}

/**
 * Gives the address at which the server that has these settings tells whether it is ready.
 *
 * @param config - The settings.
 * @throws {RegistryError} `invalid_argument` when its port cannot be known.
 */
export function readyAddress(config: Config): URL {
  if (config.port === 0) {
    const message = 'Setting PORT: 0 takes any free port, which only the log of the server tells; set another one';
    throw new RegistryError('invalid_argument', message, { parameter: 'PORT' });
  }
  const host = OWN_ADDRESS[config.host] ?? config.host;
  const scheme = config.tlsCertFile === '' ? 'http' : 'https';
  return new URL(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${config.port}/readyz`);
}

/**
 * Says what keeps a server from being ready.
 *
 * @param url - What `readyAddress` gives.
 * @returns A sentence; undefined when nothing does.
 */
export async function faultOf(url: URL): Promise<string | undefined> {
  try {
    const { status, body } = await ask(url);
    if (status === 200) return undefined;
    return `Not ready, ${url.origin} says: ${detailOf(body) ?? `status ${status}`}`;
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return `No answer from ${url.origin}: ${name === 'AbortError' ? `none in ${ANSWER_MS / 1000} s` : code}`;
  }
}

function ask(url: URL): Promise<{ readonly status: number | undefined; readonly body: string }> {
  // The certificate is for the name by which others know the server, and this machine asks itself.
  const options: RequestOptions & { readonly rejectUnauthorized: boolean } = {
    agent: false,
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(ANSWER_MS),
  };
  return new Promise((resolve, reject) => {
    const asked = (url.protocol === 'https:' ? requestTls : request)(url, options, (response) => {
      readBeginning(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    asked.on('error', reject).end();
  });
}

/** Another program may listen there: what it says is bounded. */
async function readBeginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LARGEST_ANSWER) break;
  }
  return Buffer.concat(chunks).toString();
}

function detailOf(body: string): string | undefined {
  try {
    const { detail } = JSON.parse(body) as { readonly detail?: unknown };
    return typeof detail === 'string' ? escapeControls(detail.slice(0, LONGEST_REASON)) : undefined;
  } catch {
    return undefined;
  }
}
