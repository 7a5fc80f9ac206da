import pRetry, { AbortError } from 'p-retry';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { RegistryError } from '../registry/values/registry-error.ts';
import { isBlockedPort, transferReason } from './transfer-reason.ts';

/** The timeout of connecting, and of waiting for the response headers, in milliseconds. */
const HEADERS_TIMEOUT_MS = 20_000;
/** The timeout of the whole download, in milliseconds. */
const TOTAL_TIMEOUT_MS = 60_000;
const MOST_REDIRECTS = 5;
/** Statuses of temporary errors: the download is retried. */
const RETRIABLE_STATUSES: readonly number[] = [408, 429, 500, 502, 503, 504];

/** The options of a download. */
export interface DownloadOptions {
  /** The validators of the last download; the result is null if the file has not changed since. */
  readonly known?: { readonly etag: string | null; readonly lastModified: string | null } | null;
  /** The most retries after temporary errors. The delays are 1 s, 2 s, 4 s and so on, each times a random 1 to 2. */
  readonly retries?: number;
}

/** A downloaded file. */
export interface Downloaded {
  /** The address without its query. */
  readonly name: string;
  readonly body: AsyncIterable<Uint8Array>;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/**
 * Downloads a file. Uses the proxies of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, and follows redirects, but not from
 * https to http.
 *
 * @param address - An `http:` or `https:` address.
 * @param read - Reads the body of the response; its errors are passed on.
 * @param options - The validators of the last download, and the retries.
 * @returns The result of `read`; null if the file has not changed.
 * @throws {RegistryError} `invalid_argument` for an invalid address, `not_found` for status 404 and 410, `unavailable`
 *   for any other error of the transfer.
 */
export async function download<T>(
  address: string,
  read: (file: Downloaded) => Promise<T>,
  { known = null, retries = 0 }: DownloadOptions = {},
): Promise<T | null> {
  const url = parseAddress(address);
  const name = url.origin + url.pathname;
  const agent = new EnvHttpProxyAgent({ headersTimeout: HEADERS_TIMEOUT_MS, connect: { timeout: HEADERS_TIMEOUT_MS } });
  const attempt = async (): Promise<T | null> => {
    try {
      const signal = AbortSignal.timeout(TOTAL_TIMEOUT_MS);
      const response = await fetchWithRedirects(url, (next) =>
        fetch(next, { headers: conditionalHeaders(known), redirect: 'manual', signal, dispatcher: agent }),
      );
      if (response.status === 304 && known !== null) return null;
      if (response.status !== 200 || response.body === null) throw await statusError(name, response);
      const [etag, lastModified] = [response.headers.get('etag'), response.headers.get('last-modified')];
      return await read({ name, body: response.body, etag, lastModified });
    } catch (error) {
      throw toDownloadError(name, error);
    }
  };
  try {
    return await pRetry(attempt, { retries, minTimeout: 1_000, randomize: true });
  } finally {
    await agent.close();
  }
}

function parseAddress(address: string): URL {
  const url = URL.parse(address);
  if (url === null || url.username !== '' || url.password !== '')
    throw new RegistryError('invalid_argument', 'Cannot download: expected an address such as https://host/file.csv');
  return url;
}

function conditionalHeaders(known: DownloadOptions['known']): Record<string, string> {
  return {
    ...(known?.etag != null && { 'If-None-Match': known.etag }),
    ...(known?.lastModified != null && { 'If-Modified-Since': known.lastModified }),
  };
}

async function fetchWithRedirects(start: URL, request: (url: URL) => Promise<Response>): Promise<Response> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    const response = await request(url);
    const target = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || target === null) return response;
    await response.body?.cancel();
    const next = URL.parse(target, url.href);
    const name = start.origin + start.pathname;
    if (next === null || !/^https?:$/.test(next.protocol) || (url.protocol === 'https:' && next.protocol !== 'https:'))
      throw permanentError(`Cannot download ${name}: it redirects to an address that is not https`);
    if (redirects === MOST_REDIRECTS)
      throw permanentError(`Cannot download ${name}: expected at most ${MOST_REDIRECTS} redirects`);
    url = next;
  }
}

function permanentError(message: string): AbortError {
  return new AbortError(new RegistryError('unavailable', message));
}

async function statusError(name: string, response: Response): Promise<Error> {
  await response.body?.cancel();
  const code = response.status === 404 || response.status === 410 ? 'not_found' : 'unavailable';
  const error = new RegistryError(code, `Cannot download ${name}: expected status 200, got ${response.status}`);
  return RETRIABLE_STATUSES.includes(response.status) ? error : new AbortError(error);
}

/** Errors of the transfer are retried; errors of the file itself, and a blocked port, are not (`AbortError`). */
function toDownloadError(name: string, error: unknown): unknown {
  if (error instanceof AbortError) return error;
  if (error instanceof RegistryError) return error.code === 'unavailable' ? error : new AbortError(error);
  const reason = transferReason(error, `not done in ${TOTAL_TIMEOUT_MS / 1000} s`);
  const fault = new RegistryError('unavailable', `Cannot download ${name}: ${reason}`, { cause: error });
  return isBlockedPort(error) ? new AbortError(fault) : fault;
}
