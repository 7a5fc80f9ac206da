import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { parseHttpAddress } from '../http-address.ts';

/** The path of the list of services, relative to the root of NetBox. */
const SERVICES_PATH = '/api/ipam/services/';

/** The most services of one page. NetBox allows 1,000 by default. */
const PAGE_SIZE = 500;

/**
 * Returns the address of the first page of the services of NetBox.
 *
 * @param address - The address of NetBox, with its base path.
 * @throws {RegistryError} `invalid_argument` with the parameter `netbox`.
 */
export function firstPageOf(address: string): URL {
  const url = parseHttpAddress(address);
  if (url === null) {
    // The address is not repeated: it may contain a password.
    const message =
      'Cannot parse the address of --netbox: expected one such as https://netbox.example.org, without user name and query';
    throw new RegistryError('invalid_argument', message, { parameter: 'netbox' });
  }
  url.pathname = url.pathname.replace(/\/$/, '') + SERVICES_PATH;
  url.search = `?limit=${PAGE_SIZE}`;
  return url;
}

/**
 * Returns the address of the next page. The request goes to the host and the path of the first page, so that the token reaches no
 * other: only the query is taken. A proxy may have changed scheme and port.
 *
 * @param first - The address of the first page.
 * @param next - The address that NetBox names, which is untrusted.
 * @throws {RegistryError} `unavailable` for an address on another host or of another resource.
 */
export function nextPageOf(first: URL, next: string): URL {
  const named = URL.parse(next, first.href);
  if (named === null || named.hostname !== first.hostname || !named.pathname.endsWith(SERVICES_PATH)) {
    const place = named === null ? quoteInput(next) : quoteInput(named.host + named.pathname);
    const message = `Cannot read all services of ${first.host}: it names ${place} as the next page, and the token is only sent to ${first.hostname}`;
    throw new RegistryError('unavailable', message);
  }
  const page = new URL(first);
  page.search = named.search;
  return page;
}
