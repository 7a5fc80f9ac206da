import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { quoteInput, RegistryError, shorten } from '../../registry/values/registry-error.ts';
import { transferReason } from '../transfer-reason.ts';
import { firstPageOf, nextPageOf } from './netbox-address.ts';

/** The timeout of a page, in milliseconds. */
const PAGE_MS = 60_000;
/** The timeout of all pages, in milliseconds. */
const TOTAL_MS = 600_000;
/** The largest page, in bytes: a service takes about 2 KiB. */
const LARGEST_PAGE = 32 * 1024 * 1024;
const MOST_PAGES = 1_000;
const MOST_SERVICES = 100_000;
/** The largest body of an error that is read, in bytes. */
const LARGEST_ERROR = 64 * 1024;

/**
 * Fetches all services of NetBox. Writes nothing there.
 *
 * @param address - The address of NetBox.
 * @param token - The token; undefined to send none.
 * @returns The services as NetBox sends them, which is untrusted.
 * @throws {RegistryError} `invalid_argument` for an invalid address or token, `unavailable` for an incomplete answer.
 */
export async function fetchServices(address: string, token: string | undefined): Promise<unknown[]> {
  const first = firstPageOf(address);
  const headers = { Accept: 'application/json', ...(token !== undefined && { Authorization: authorization(token) }) };
  const agent = new EnvHttpProxyAgent({ headersTimeout: PAGE_MS, connect: { timeout: PAGE_MS } });
  const total = AbortSignal.timeout(TOTAL_MS);
  const services: unknown[] = [];
  const seen = new Set<string>();
  try {
    for (let page: URL | null = first; page !== null; ) {
      if (seen.has(page.href) || seen.size === MOST_PAGES) {
        throw unavailable(first, `expected at most ${MOST_PAGES} pages, none of them twice`);
      }
      seen.add(page.href);
      const { results, next } = await fetchPage(page, headers, agent, total);
      if (services.length + results.length > MOST_SERVICES) {
        throw unavailable(first, `expected at most ${MOST_SERVICES} services`);
      }
      for (const service of results) services.push(service);
      page = next === null ? null : nextPageOf(first, next);
    }
    return services;
  } finally {
    await agent.close();
  }
}

/** Tokens of version 2, since NetBox 4.5, begin with `nbt_` and are bearer tokens. */
function authorization(token: string): string {
  if (!/^[\x21-\x7e]{1,1000}$/.test(token)) {
    const message = 'Cannot use the token of NETBOX_TOKEN: expected 1 to 1000 characters of ASCII without blanks';
    throw new RegistryError('invalid_argument', message, { parameter: 'NETBOX_TOKEN' });
  }
  return `${token.startsWith('nbt_') ? 'Bearer' : 'Token'} ${token}`;
}

interface ServicePage {
  readonly results: readonly unknown[];
  readonly next: string | null;
}

async function fetchPage(
  page: URL,
  headers: Readonly<Record<string, string>>,
  dispatcher: EnvHttpProxyAgent,
  total: AbortSignal,
): Promise<ServicePage> {
  const signal = AbortSignal.any([total, AbortSignal.timeout(PAGE_MS)]);
  let text: string;
  try {
    // A redirect would carry the token to another address.
    const response = await fetch(page, { headers: { ...headers }, redirect: 'manual', signal, dispatcher });
    if (response.status !== 200) throw await statusError(page, response, 'Authorization' in headers);
    text = await readBody(page, response, LARGEST_PAGE);
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    throw unavailable(page, transferReason(error, 'it took too long'), error);
  }
  try {
    const { results, next } = JSON.parse(text);
    if (Array.isArray(results) && (typeof next === 'string' || next === null)) return { results, next };
  } catch {}
  throw unavailable(page, 'expected a page of services as JSON');
}

async function readBody(page: URL, { body }: Response, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > most) throw unavailable(page, `expected at most ${most / 1024 / 1024} MiB for one page`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

async function statusError(page: URL, response: Response, hasToken: boolean): Promise<RegistryError> {
  const { status, headers } = response;
  const target = headers.get('location');
  if (status >= 300 && status < 400 && target !== null) {
    await response.body?.cancel();
    return unavailable(page, `it redirects to ${quoteInput(target)}: name the final address`);
  }
  const reason = await readBody(page, response, LARGEST_ERROR).then(detailOf, () => '');
  const detail = `expected status 200, got ${status}${reason === '' ? '' : ` (${reason})`}`;
  const needsToken = (status === 401 || status === 403) && !hasToken;
  return unavailable(page, needsToken ? `${detail}; the command sends the token of NETBOX_TOKEN` : detail);
}

/** Returns the sentence of an error of NetBox; empty for another body. */
function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: unknown };
    return typeof detail === 'string' ? shorten(detail.replaceAll(/\s+/g, ' ')) : '';
  } catch {
    return '';
  }
}

function unavailable({ origin, pathname }: URL, detail: string, cause?: unknown): RegistryError {
  return new RegistryError('unavailable', `Cannot read ${origin}${pathname}: ${detail}`, { cause });
}
