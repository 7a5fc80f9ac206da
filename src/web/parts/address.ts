import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';

/** The prefix of every address. */
let basePath = '';

/**
 * Sets the path under which a proxy mounts this server. It is a setting of the process: call it once, before the first page
 * is rendered.
 *
 * @param path - The path, without a trailing slash; empty for none.
 */
export function setBasePath(path: string): void {
  basePath = path;
}

/**
 * Returns an address of this server for links in pages. Every link, form and asset of a page uses it.
 *
 * @param path - Path and query, encoded, such as `/ports/22`.
 */
export function address(path: string): string {
  return basePath + path;
}

/**
 * Returns the address of a port's page.
 *
 * @param number - A port number, 0-65535.
 * @param protocol - Limits the page to rows that apply to this protocol; null for all rows.
 */
export function portAddress(number: number, protocol: TransportProtocol | null = null): string {
  return address(`/ports/${number}${protocol === null ? '' : `/${protocol}`}`);
}

/**
 * Returns the address of a service name's page.
 *
 * @param name - The name, with any characters.
 */
export function serviceAddress(name: string): string {
  return address(`/services/${encodeURIComponent(name)}`);
}

/**
 * Returns the address of an informal or own use.
 *
 * @param id - The id of the use.
 */
export function associationAddress(id: string): string {
  return address(`/associations/${encodeURIComponent(id)}`);
}

/**
 * Returns the address of a pool.
 *
 * @param name - The name of the pool, with any characters.
 */
export function poolAddress(name: string): string {
  return address(`/pools/${encodeURIComponent(name)}`);
}

/**
 * Returns an address with a query.
 *
 * @param path - The path, encoded.
 * @param parameters - The query parameters; those without a value are left out.
 */
export function addressWith(path: string, parameters: Readonly<Record<string, string | number | null>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === null ? [] : [[name, String(value)] as [string, string]],
  );
  return address(given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`);
}

/**
 * Sets the parameter `format` of an address.
 *
 * @param here - Path and query.
 * @param format - The format.
 */
export function withFormat(here: string, format: string): string {
  const [path = '', query = ''] = here.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('format', format);
  return `${path}?${parameters}`;
}
