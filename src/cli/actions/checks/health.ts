import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../../config/settings.ts';
import { quoteInput, RegistryError } from '../../../registry/values/registry-error.ts';
import { escapeControls } from '../../terminal/terminal-text.ts';

/** The timeout of a request, in milliseconds: less than the 5 s timeout of the container's health check. */
const TIMEOUT_MS = 4_000;

/** The largest body that is read, in bytes. */
const MAX_BODY_BYTES = 64 * 1024;
/** The longest reason that is printed, in UTF-16 units. */
const MAX_REASON_LENGTH = 1_000;

/** The time between two requests, in milliseconds. */
const RETRY_MS = 200;

const DATABASE_ID = /^[0-9a-f]{32}$/;

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
    const { fault } = await queryReadiness(url);
    if (fault === null) break;
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

/** The answer of a readiness probe. */
export interface Readiness {
  /** The reason why the server is not ready, as a sentence; null when it is ready. */
  readonly fault: string | null;
  /** The id of its database; null when it does not send one. */
  readonly databaseId: string | null;
}

/**
 * Queries the readiness probe of a server.
 *
 * @param url - The URL from `readinessUrl`.
 */
export async function queryReadiness(url: URL): Promise<Readiness> {
  try {
    const { status, body } = await get(url);
    const { detail, databaseId } = parseAnswer(body);
    if (status === 200) return { fault: null, databaseId };
    return { fault: `Not ready, ${url.origin} says: ${detail ?? `status ${status}`}`, databaseId: null };
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    const reason = name === 'AbortError' ? `none in ${TIMEOUT_MS / 1000} s` : code;
    return { fault: `No answer from ${url.origin}: ${reason}`, databaseId: null };
  }
}

/**
 * Compares the database of the settings with the one of the server that answers on the configured HOST and PORT.
 *
 * @param config - The settings.
 * @returns A sentence that names both databases when they differ; null when they are the same, no server answers, or one of
 *   them has no id that can be read.
 */
export async function otherServerDatabase(config: Config): Promise<string | null> {
  if (config.port === 0) return null;
  const url = readinessUrl(config);
  const { databaseId } = await queryReadiness(url);
  const id = databaseId === null ? null : await localDatabaseId(config.database);
  if (databaseId === null || id === null || databaseId === id) return null;
  return `the server on ${url.origin} uses another database, with the id ${databaseId}; ${quoteInput(config.database)} has the id ${id}`;
}

async function localDatabaseId(path: string): Promise<string | null> {
  // Imported here: a health check, which runs every 30 s, needs no database.
  const { SqliteRegistry } = await import('../../../sqlite/sqlite-registry.ts');
  const registry = new SqliteRegistry(path);
  try {
    return registry.databaseId();
  } catch {
    return null;
  } finally {
    registry.close();
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

function parseAnswer(body: string): { readonly detail: string | null; readonly databaseId: string | null } {
  try {
    const { detail, databaseId } = (JSON.parse(body) ?? {}) as Readonly<Record<string, unknown>>;
    return {
      detail: typeof detail === 'string' ? escapeControls(detail.slice(0, MAX_REASON_LENGTH)) : null,
      databaseId: typeof databaseId === 'string' && DATABASE_ID.test(databaseId) ? databaseId : null,
    };
  } catch {
    return { detail: null, databaseId: null };
  }
}
