import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { escapeControls, escapePieces } from '../terminal/terminal-text.ts';

/** A server that is asked instead of the local database. */
export interface Server {
  /** Its address, with the path below which it answers. */
  readonly server: string;
  /** What it may ask for before it answers. */
  readonly token: string | undefined;
}

/** How much of an answer is read, and for how long. */
export interface AnswerLimits {
  /** Unpacked, in bytes. */
  readonly bytes: number;
  /** From the request to the end of the answer, in milliseconds. */
  readonly ms: number;
}

const MIB = 1024 * 1024;

/** An answer that is held in memory. The largest that Portolan gives, 1,000 ports with many entries, has some 10 MiB. */
const ANSWER: AnswerLimits = { bytes: 64 * MIB, ms: 30_000 };

/** An export, which is passed on as it comes. */
export const EXPORT: AnswerLimits = { bytes: 1024 * MIB, ms: 600_000 };

/** An error says less than this, in bytes. */
const LARGEST_REFUSAL = 64 * 1024;

/** How long a server may take to begin its answer, in milliseconds. */
const BEGIN_MS = 30_000;

/**
 * Asks a server for a text. The server is untrusted: its answer is bounded, and its control characters are escaped.
 *
 * @param server - Which one.
 * @param address - Path and query, from the server's root.
 * @param mediaType - What the answer is to be.
 * @returns The answer, which is one with status 200.
 * @throws {RegistryError} With the server's own words where it refuses; `unavailable` when it does not answer, or too much.
 */
export async function askServer(server: Server, address: string, mediaType: string): Promise<string> {
  const pieces = await Array.fromAsync(await askForPieces(server, address, mediaType, ANSWER));
  return pieces.join('');
}

/**
 * Asks a server for JSON.
 *
 * @param server - Which one.
 * @param address - As of `askServer`.
 * @throws {RegistryError} As `askServer`; `unavailable` when the answer is no JSON.
 */
export async function askServerForJson(server: Server, address: string): Promise<unknown> {
  return readJson(server, await askServer(server, address, 'application/json'));
}

/**
 * Reads what a server answered as JSON.
 *
 * @param server - Which one.
 * @param text - Its answer.
 * @throws {RegistryError} `unavailable` when it is none.
 */
export function readJson({ server }: Server, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw fault(`Cannot read the answer of ${readAddress(server)}: expected JSON`, error);
  }
}

/**
 * Asks a server for a text that is passed on as it comes.
 *
 * @param server - Which one.
 * @param address - As of `askServer`.
 * @param mediaType - What the answer is to be.
 * @param limits - How much of it is read.
 * @returns The answer in pieces. Reading them throws as `askServer`.
 * @throws {RegistryError} As `askServer`.
 */
export async function askForPieces(
  { server, token }: Server,
  address: string,
  mediaType: string,
  limits: AnswerLimits,
): Promise<AsyncIterable<string>> {
  const root = readAddress(server);
  const headers = { Accept: mediaType, ...(token !== undefined && { Authorization: `Bearer ${token}` }) };
  const begun = new AbortController();
  const timeout = setTimeout(() => begun.abort(new DOMException('', 'TimeoutError')), BEGIN_MS);
  const signal = AbortSignal.any([begun.signal, AbortSignal.timeout(limits.ms)]);
  let response: Response;
  try {
    response = await fetch(root + address, { headers, signal });
  } catch (error) {
    throw fault(`No answer from ${root}: ${reasonOf(error, `none in ${BEGIN_MS / 1000} s`)}`, error);
  } finally {
    clearTimeout(timeout);
  }
  if (response.status !== 200) throw await refusal(root, response);
  return escapePieces(bounded(root, response, limits));
}

/** Yields the bytes of an answer, and no more than may be. */
async function* bounded(root: string, { body }: Response, { bytes, ms }: AnswerLimits): AsyncGenerator<Uint8Array> {
  let read = 0;
  try {
    for await (const chunk of body ?? []) {
      read += chunk.length;
      if (read > bytes) break;
      yield chunk;
    }
  } catch (error) {
    throw fault(`The answer of ${root} broke off: ${reasonOf(error, `not done in ${ms / 1000} s`)}`, error);
  }
  if (read > bytes) {
    const most = bytes < MIB ? `${bytes} bytes` : `${bytes / MIB} MiB`;
    throw fault(`Cannot read the answer of ${root}: expected at most ${most}`);
  }
}

function readAddress(server: string): string {
  const url = URL.parse(server);
  const isPlain = url !== null && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (isPlain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/$/, '');
  const message = `Cannot parse --server ${quoteInput(server)}: expected an address such as https://ports.example.org`;
  throw new RegistryError('invalid_argument', message, { parameter: 'server' });
}

function fault(message: string, cause?: unknown): RegistryError {
  return new RegistryError('unavailable', message, { cause });
}

function reasonOf(error: unknown, late: string): string {
  const { name, message, cause } = error as Error & { readonly cause?: NodeJS.ErrnoException };
  return name === 'TimeoutError' ? late : (cause?.code ?? cause?.message ?? message);
}

/** What is read of an error: untrusted, of any type. */
type Refusal = Partial<Record<'detail' | 'errors' | 'suggestions', unknown>>;

/** What a server says of a question is the answer here too; anything else is told by its status. */
async function refusal(root: string, response: Response): Promise<RegistryError> {
  const { detail, errors, suggestions } = await readRefusal(root, response);
  const [, wait] = /^(\d{1,9})$/.exec(response.headers.get('Retry-After') ?? '') ?? [];
  const again = wait === undefined ? '' : ` (again in ${wait} s)`;
  if (typeof detail !== 'string') return fault(`${root} answers with status ${response.status}${again}`);
  const told = escapeControls(cut(detail, 2_000));
  const more = Array.isArray(suggestions)
    ? { suggestions: suggestions.slice(0, 10).filter(isText).map(shortName) }
    : {};
  if (response.status !== 400) return new RegistryError('unavailable', `${told}${again}`, more);
  const [first] = Array.isArray(errors) ? errors : [];
  const parameter = (first as { readonly parameter?: unknown } | undefined)?.parameter;
  return new RegistryError('invalid_argument', told, { ...more, parameter: isText(parameter) ? parameter : 'path' });
}

async function readRefusal(root: string, response: Response): Promise<Refusal> {
  try {
    const limits = { bytes: LARGEST_REFUSAL, ms: BEGIN_MS };
    const pieces = await Array.fromAsync(bounded(root, response, limits));
    return (JSON.parse(Buffer.concat(pieces).toString()) ?? {}) as Refusal;
  } catch {
    return {};
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function shortName(name: string): string {
  return escapeControls(cut(name, 100));
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}…`;
}
