import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';

/** What stands before every address. */
let base = '';

/**
 * Says below which path of another server the pages are shown. A process serves one set of pages, so that it is said once,
 * before the first one is written.
 *
 * @param path - The path, without a slash at its end; empty for none.
 */
export function linkBelow(path: string): void {
  base = path;
}

/**
 * Writes an address of this server as pages link to it. Every link, form and asset of a page goes through here.
 *
 * @param path - Path and query, from the server's root on, encoded, such as `/ports/22`.
 */
export function address(path: string): string {
  return base + path;
}

/**
 * Gives the address of a port's page.
 *
 * @param number - A port number, 0-65535.
 * @param protocol - Shows only rows that do not contradict this protocol; null shows all.
 */
export function portAddress(number: number, protocol: TransportProtocol | null = null): string {
  return address(`/ports/${number}${protocol === null ? '' : `/${protocol}`}`);
}

/**
 * Gives the address of a service name's page.
 *
 * @param name - The name, with any characters.
 */
export function serviceAddress(name: string): string {
  return address(`/services/${encodeURIComponent(name)}`);
}

/**
 * Gives the address of an informal or own use.
 *
 * @param id - Its id.
 */
export function associationAddress(id: string): string {
  return address(`/associations/${encodeURIComponent(id)}`);
}

/**
 * Gives the address of a pool.
 *
 * @param name - Its name, with any characters.
 */
export function poolAddress(name: string): string {
  return address(`/pools/${encodeURIComponent(name)}`);
}

/**
 * Gives an address with a query.
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
 * Asks an address for one form of its answer, whatever form it asks for itself.
 *
 * @param here - Path and query.
 * @param format - The form.
 */
export function inForm(here: string, format: string): string {
  const [path = '', query = ''] = here.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('format', format);
  return `${path}?${parameters}`;
}
