import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { parseHttpAddress } from '../../sources/http-address.ts';
import { transferReason } from '../../sources/transfer-reason.ts';
import { escapePieces } from '../terminal/terminal-text.ts';
import { type ErrorBody, serverError } from './server-error.ts';

/** A server that is queried instead of the local database. */
export interface RemoteServer {
  /** Its URL, with its base path. */
  readonly server: string;
  /** The bearer token, if the server requires one. */
  readonly token: string | undefined;
}

/** The limits of a response. */
export interface ResponseLimits {
  /** The largest body, decompressed, in bytes. */
  readonly bytes: number;
  /** The timeout from the request to the end of the body, in milliseconds. */
  readonly ms: number;
  /** The timeout until the response headers arrive, in milliseconds; by default 30 s. */
  readonly headersMs?: number;
}

/** The body of a request. */
interface RequestBody {
  readonly method: 'POST' | 'PUT';
  readonly type: string;
  readonly bytes: Buffer<ArrayBuffer>;
}

const MIB = 1024 * 1024;

/** The limits of a buffered response. Portolan's largest has 16 MiB. */
const BUFFERED: ResponseLimits = { bytes: 64 * MIB, ms: 30_000 };

/** The limits of an export, which is streamed. */
export const EXPORT: ResponseLimits = { bytes: 1024 * MIB, ms: 600_000 };

/** The limits of the answer to an import, which has each of up to 10,000 entries. */
const IMPORT: ResponseLimits = { bytes: 64 * MIB, ms: 300_000, headersMs: 300_000 };

/** The largest body of an error, in bytes: 100 faults of a file. */
const MAX_ERROR_BYTES = 256 * 1024;

/** The timeout until the response headers arrive, in milliseconds. */
const HEADERS_TIMEOUT_MS = 30_000;

/**
 * Fetches text from a server. The server is untrusted: the response is bounded, and its control characters are escaped.
 *
 * @param server - The server.
 * @param address - Path and query, relative to the server's root.
 * @param mediaType - The media type to request.
 * @returns The body of a response with status 200 or 201.
 * @throws {RegistryError} With the server's own message where it refuses; `unavailable` when the response exceeds a limit or
 *   does not arrive.
 */
export async function fetchText(server: RemoteServer, address: string, mediaType: string): Promise<string> {
  const pieces = await Array.fromAsync(await fetchPieces(server, address, mediaType, BUFFERED));
  return pieces.join('');
}

/**
 * Fetches JSON from a server.
 *
 * @param server - The server.
 * @param address - As for `fetchText`.
 * @throws {RegistryError} As `fetchText`; `unavailable` when the body is not JSON.
 */
export async function fetchJson(server: RemoteServer, address: string): Promise<unknown> {
  return parseServerJson(server, await fetchText(server, address, 'application/json'));
}

/**
 * Sends a file to a server.
 *
 * @param server - The server.
 * @param address - As for `fetchText`.
 * @param type - The media type of the file.
 * @param bytes - Its content.
 * @returns The answer, as JSON.
 * @throws {RegistryError} As `fetchJson`. The faults of a file are in `errors`, each with its line as `parameter`.
 */
export function postFile(server: RemoteServer, address: string, type: string, bytes: Buffer): Promise<unknown> {
  return sendFile(server, address, { method: 'POST', type, bytes: Buffer.from(bytes) });
}

/**
 * Replaces a resource of a server with a file.
 *
 * @param server - The server.
 * @param address - As for `fetchText`.
 * @param type - The media type of the file.
 * @param bytes - Its content.
 * @returns The answer, as JSON.
 * @throws {RegistryError} As `postFile`.
 */
export function putFile(server: RemoteServer, address: string, type: string, bytes: Buffer): Promise<unknown> {
  return sendFile(server, address, { method: 'PUT', type, bytes: Buffer.from(bytes) });
}

async function sendFile(server: RemoteServer, address: string, body: RequestBody): Promise<unknown> {
  const pieces = await Array.fromAsync(await fetchPieces(server, address, 'application/json', IMPORT, body));
  return parseServerJson(server, pieces.join(''));
}

/**
 * Parses the body of a response as JSON.
 *
 * @param server - The server.
 * @param text - The body.
 * @throws {RegistryError} `unavailable` when it is not JSON.
 */
export function parseServerJson({ server }: RemoteServer, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fault(`Cannot read the answer of ${parseServerUrl(server)}: expected JSON`, error);
  }
}

/**
 * Fetches text from a server as a stream.
 *
 * @param server - The server.
 * @param address - As for `fetchText`.
 * @param mediaType - The media type to request.
 * @param limits - The limits of the response.
 * @param body - The body of a POST or PUT; undefined for a GET.
 * @returns The body as a stream. Reading it throws as `fetchText`.
 * @throws {RegistryError} As `fetchText`.
 */
export async function fetchPieces(
  { server, token }: RemoteServer,
  address: string,
  mediaType: string,
  limits: ResponseLimits,
  body?: RequestBody,
): Promise<AsyncIterable<string>> {
  const root = parseServerUrl(server);
  const headersMs = limits.headersMs ?? HEADERS_TIMEOUT_MS;
  const headers = {
    Accept: mediaType,
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'Content-Type': body.type }),
  };
  const method = body === undefined ? {} : { method: body.method, body: body.bytes };
  const headersTimeout = new AbortController();
  const timeout = setTimeout(() => headersTimeout.abort(new DOMException('', 'TimeoutError')), headersMs);
  const signal = AbortSignal.any([headersTimeout.signal, AbortSignal.timeout(limits.ms)]);
  let response: Response;
  try {
    response = await fetch(root + address, { ...method, headers, signal });
  } catch (error) {
    throw fault(`No answer from ${root}: ${transferReason(error, `none in ${headersMs / 1000} s`)}`, error);
  } finally {
    clearTimeout(timeout);
  }
  if (response.status !== 200 && response.status !== 201) {
    throw serverError(root, response, await readErrorBody(root, response));
  }
  return escapePieces(bounded(root, response, limits));
}

/** Yields the bytes of a body, up to the limit. */
async function* bounded(root: string, { body }: Response, { bytes, ms }: ResponseLimits): AsyncGenerator<Uint8Array> {
  let read = 0;
  try {
    for await (const chunk of body ?? []) {
      read += chunk.length;
      if (read > bytes) break;
      yield chunk;
    }
  } catch (error) {
    throw fault(`The answer of ${root} broke off: ${transferReason(error, `not done in ${ms / 1000} s`)}`, error);
  }
  if (read > bytes) {
    const limit = bytes < MIB ? `${bytes} bytes` : `${bytes / MIB} MiB`;
    throw fault(`Cannot read the answer of ${root}: expected at most ${limit}`);
  }
}

function parseServerUrl(server: string): string {
  const url = parseHttpAddress(server);
  if (url !== null) return url.href.replace(/\/$/, '');
  // An address with a user name is not repeated: it may contain a password.
  const given = server.includes('@') ? 'the server' : `the server ${quoteInput(server)}`;
  const message = `Cannot parse ${given} of --server or PORTOLAN_SERVER: expected an address such as https://ports.example.org, without user name and query`;
  throw new RegistryError('invalid_argument', message, { parameter: 'server' });
}

function fault(message: string, cause?: unknown): RegistryError {
  return new RegistryError('unavailable', message, { cause });
}

async function readErrorBody(root: string, response: Response): Promise<ErrorBody> {
  try {
    const limits = { bytes: MAX_ERROR_BYTES, ms: HEADERS_TIMEOUT_MS };
    const pieces = await Array.fromAsync(bounded(root, response, limits));
    return (JSON.parse(Buffer.concat(pieces).toString()) ?? {}) as ErrorBody;
  } catch {
    return {};
  }
}
