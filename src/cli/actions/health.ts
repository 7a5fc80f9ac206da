import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../config/settings.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { escapeControls } from '../terminal/terminal-text.ts';

/** The timeout of a request, in milliseconds: less than the 5 s timeout of the container's health check. */
const TIMEOUT_MS = 4_000;

/** The largest body that is read, in bytes. */
const MAX_BODY_BYTES = 64 * 1024;
/** The longest reason that is printed, in UTF-16 units. */
const MAX_REASON_LENGTH = 1_000;

/** The time between two requests, in milliseconds. */
const RETRY_MS = 200;

/** The loopback address for each wildcard address of a server. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/**
 * Checks that the server on this machine with the same settings is ready, and prints its URL.
 *
 * @param config - The settings.
 * @param waitMs - Time to retry until it is ready, in milliseconds.
 * @throws {RegistryError} `unavailable` when it is not ready, with its own reason if it sends one; `invalid_argument` when
 *   its port is unknown.
 */
export async function health(config: Config, waitMs: number): Promise<void> {
  const url = readinessUrl(config);
  for (const end = performance.now() + waitMs; ; await delay(RETRY_MS)) {
    const fault = await readinessFault(url);
    if (fault === undefined) break;
    if (performance.now() >= end) throw new RegistryError('unavailable', fault);
  }
  console.log(`Ready: ${url.origin}`);
}

/**
 * Returns the URL of the readiness probe of the server with these settings.
 *
 * @param config - The settings.
 * @throws {RegistryError} `invalid_argument` when its port is unknown: 0 takes any free one.
 */
export function readinessUrl(config: Config): URL {
  if (config.port === 0) {
    const message = 'Setting PORT: 0 takes any free port, which only the log of the server shows; set another one';
    throw new RegistryError('invalid_argument', message, { parameter: 'PORT' });
  }
  const host = LOOPBACK[config.host] ?? config.host;
  const scheme = config.tlsCertFile === '' ? 'http' : 'https';
  return new URL(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${config.port}/readyz`);
}

/**
 * Queries the readiness probe of a server.
 *
 * @param url - The URL from `readinessUrl`.
 * @returns The reason why the server is not ready, as a sentence; undefined when it is ready.
 */
export async function readinessFault(url: URL): Promise<string | undefined> {
  try {
    const { status, body } = await get(url);
    if (status === 200) return undefined;
    return `Not ready, ${url.origin} says: ${detailOf(body) ?? `status ${status}`}`;
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return `No answer from ${url.origin}: ${name === 'AbortError' ? `none in ${TIMEOUT_MS / 1000} s` : code}`;
  }
}

function get(url: URL): Promise<{ readonly status: number | undefined; readonly body: string }> {
  // The certificate is for the server's public name, and this connection uses a local address.
  const options: RequestOptions & { readonly rejectUnauthorized: boolean } = {
    agent: false,
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === 'https:' ? requestTls : request)(url, options, (response) => {
      readBoundedBody(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    outgoing.on('error', reject).end();
  });
}

/** Reads at most MAX_BODY_BYTES, as another program may listen on this port. */
async function readBoundedBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}

function detailOf(body: string): string | undefined {
  try {
    const { detail } = JSON.parse(body) as { readonly detail?: unknown };
    return typeof detail === 'string' ? escapeControls(detail.slice(0, MAX_REASON_LENGTH)) : undefined;
  } catch {
    return undefined;
  }
}
