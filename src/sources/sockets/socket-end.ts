import type { SocketEnd } from '../../registry/rows/socket.ts';
import { LAST_PORT } from '../../registry/values/port-number.ts';

/** The longest end, in characters: a host name has 253 (RFC 1035). */
const LONGEST_END = 320;

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}(?:%[\w.@:-]+)?$/;
/** An IPv6 address without brackets, which `netstat` may truncate; it has at least two colons. */
const IPV6 = /^[\da-f.]*:[\da-f.]*:[\da-f.:]*(?:%[\w.@-]+)?$/i;
const BRACKETED = /^\[[^\s[\]]+\](?:%[\w.@-]+)?$/;
const ANY = /^\*(?:%[\w.@-]+)?$/;
const HOST = /^[\w.-]+(?:%[\w.@-]+)?$/;
const DIGITS = /^\d{1,5}$/;
const LETTER = /[a-z]/i;
const SERVICE_NAME = /^[a-z\d][\w+*&/.-]{0,63}$/i;

/**
 * Parses one end of a socket: `10.0.0.1:22`, `[::1]:22`, `:::22`, `*:ssh`, `host.example:https`, and in BSD's format
 * `10.0.0.1.22`, `::1.22`, `*.*`. A bare IPv4 address is no end: BSD's format has four numbers before the port.
 *
 * @param text - A word of a line.
 * @returns Null for any other word.
 */
export function parseEnd(text: string): SocketEnd | null {
  if (text.length > LONGEST_END) return null;
  const colon = text.lastIndexOf(':');
  const end = colon < 0 ? null : parseAt(text, colon);
  if (end !== null) return end;
  const dot = text.lastIndexOf('.');
  return dot < 0 ? null : parseAt(text, dot);
}

function parseAt(text: string, separator: number): SocketEnd | null {
  const port = parsePort(text.slice(separator + 1));
  if (port === undefined) return null;
  const address = parseAddress(text.slice(0, separator));
  // After an IPv6 address in BSD's format, a text such as 1.22 is not the name of a service.
  if (address === null || (typeof port === 'string' && port.includes('.') && address.includes(':'))) return null;
  return { address, port };
}

/**
 * Parses a port or the name that a tool prints in its place.
 *
 * @param text - The text behind an address.
 * @returns Null for `*`, any port; undefined for text that is neither.
 */
export function parsePort(text: string): SocketEnd['port'] | undefined {
  if (text === '*') return null;
  if (DIGITS.test(text)) return Number(text) <= LAST_PORT ? Number(text) : undefined;
  return LETTER.test(text) && SERVICE_NAME.test(text) ? text : undefined;
}

/**
 * Returns whether a text is an IP address without brackets.
 *
 * @param text - A word of a line.
 */
export function isAddress(text: string): boolean {
  return text.length <= LONGEST_END && (IPV4.test(text) || IPV6.test(text));
}

function parseAddress(text: string): string | null {
  if (IPV4.test(text) || ANY.test(text) || IPV6.test(text)) return text;
  if (BRACKETED.test(text)) return text.replaceAll(/[[\]]/g, '');
  return HOST.test(text) && LETTER.test(text) ? text : null;
}
