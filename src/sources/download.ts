import pRetry, { AbortError } from 'p-retry';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { RegistryError } from '../registry/values/registry-error.ts';

/** How long a server may take to be reached and to begin its answer, and the whole of it, in milliseconds. */
const BEGIN_MS = 20_000;
const WHOLE_MS = 60_000;
const MOST_REDIRECTS = 5;
/** Who is asked too soon, or is out of order for now, is asked again. */
const PASSING: readonly number[] = [408, 429, 500, 502, 503, 504];

/** How a file is downloaded. */
export interface DownloadOptions {
  /** What was said of the file that is known already; the answer is then null where it is still the same. */
  readonly known?: { readonly etag: string | null; readonly lastModified: string | null } | null;
  /** How often to ask again where the fault may pass, after 1 s, 2 s, 4 s and so on, each up to twice as long by chance. */
  readonly retries?: number;
}

/** A file that was downloaded. */
export interface Downloaded {
  /** The address without its query. */
  readonly name: string;
  readonly body: AsyncIterable<Uint8Array>;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/**
 * Downloads a file: by way of the proxies that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, with redirects that do not
 * leave https.
 *
 * @param address - An `http:` or `https:` address.
 * @param read - Reads the body of the answer; what it throws is thrown.
 * @param options - What is known of the file, and how patient to be.
 * @returns What `read` gave; null where the file is the one that is known.
 * @throws {RegistryError} `invalid_argument` for no such address, `not_found` for status 404 and 410, `unavailable` for
 *   anything else that goes wrong on the way.
 */
export async function download<T>(
  address: string,
  read: (file: Downloaded) => Promise<T>,
  { known = null, retries = 0 }: DownloadOptions = {},
): Promise<T | null> {
  const url = readAddress(address);
  const name = url.origin + url.pathname;
  const agent = new EnvHttpProxyAgent({ headersTimeout: BEGIN_MS, connect: { timeout: BEGIN_MS } });
  const attempt = async (): Promise<T | null> => {
    try {
      const signal = AbortSignal.timeout(WHOLE_MS);
      const response = await follow(url, (next) =>
        fetch(next, { headers: conditions(known), redirect: 'manual', signal, dispatcher: agent }),
      );
      if (response.status === 304 && known !== null) return null;
      if (response.status !== 200 || response.body === null) throw await refused(name, response);
      const [etag, lastModified] = [response.headers.get('etag'), response.headers.get('last-modified')];
      return await read({ name, body: response.body, etag, lastModified });
    } catch (error) {
      throw explain(name, error);
    }
  };
  try {
    return await pRetry(attempt, { retries, minTimeout: 1_000, randomize: true });
  } finally {
    await agent.close();
  }
}

function readAddress(address: string): URL {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '')
    throw new RegistryError('invalid_argument', 'Cannot download: expected an address such as https://host/file.csv');
  return url;
}

function conditions(known: DownloadOptions['known']): Record<string, string> {
  return {
    ...(known?.etag != null && { 'If-None-Match': known.etag }),
    ...(known?.lastModified != null && { 'If-Modified-Since': known.lastModified }),
  };
}

async function follow(start: URL, ask: (url: URL) => Promise<Response>): Promise<Response> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    const response = await ask(url);
    const target = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || target === null) return response;
    await response.body?.cancel();
    const next = URL.parse(target, url.href);
    const name = start.origin + start.pathname;
    if (next === null || !/^https?:$/.test(next.protocol) || (url.protocol === 'https:' && next.protocol !== 'https:'))
      throw fatal(`Cannot download ${name}: it is redirected to what is not https`);
    if (redirects === MOST_REDIRECTS)
      throw fatal(`Cannot download ${name}: expected at most ${MOST_REDIRECTS} redirects`);
    url = next;
  }
}

function fatal(message: string): AbortError {
  return new AbortError(new RegistryError('unavailable', message));
}

async function refused(name: string, response: Response): Promise<Error> {
  await response.body?.cancel();
  const code = response.status === 404 || response.status === 410 ? 'not_found' : 'unavailable';
  const error = new RegistryError(code, `Cannot download ${name}: expected status 200, got ${response.status}`);
  return PASSING.includes(response.status) ? error : new AbortError(error);
}

/** What went wrong on the way may pass; what is wrong with the file itself does not. */
function explain(name: string, error: unknown): unknown {
  if (error instanceof AbortError) return error;
  if (error instanceof RegistryError) return error.code === 'unavailable' ? error : new AbortError(error);
  const { message, name: kind, cause } = error as Error & { readonly cause?: NodeJS.ErrnoException };
  const reason =
    kind === 'TimeoutError' ? `not done in ${WHOLE_MS / 1000} s` : (cause?.code ?? cause?.message ?? message);
  return new RegistryError('unavailable', `Cannot download ${name}: ${reason}`, { cause: error });
}
