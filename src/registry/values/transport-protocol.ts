import { type Fault, invalidArgument, quoteInput } from './registry-error.ts';

/** The transport protocols of the IANA registry, in the order of all answers (RFC 6335, section 5). */
export const TRANSPORT_PROTOCOLS = ['tcp', 'udp', 'sctp', 'dccp'] as const;

/** A transport protocol. Names in the code shorten it to `protocol`. */
export type TransportProtocol = (typeof TRANSPORT_PROTOCOLS)[number];

/**
 * Returns whether a text is the name of a transport protocol, in lower case.
 *
 * @param text - Any text.
 */
export function isTransportProtocol(text: string): text is TransportProtocol {
  return (TRANSPORT_PROTOCOLS as readonly string[]).includes(text);
}

/**
 * Parses the name of a transport protocol, in any case.
 *
 * @param text - Any text.
 * @param parameter - The parameter's name, for the error.
 * @throws {RegistryError} `invalid_argument` for any other text.
 */
export function parseTransportProtocol(text: string, parameter = 'protocol'): TransportProtocol {
  const protocol = tryParseTransportProtocol(text, parameter);
  if (typeof protocol === 'string') return protocol;
  throw invalidArgument(protocol);
}

/**
 * Parses the name of a transport protocol as `parseTransportProtocol` does, but returns the fault instead of throwing
 * it.
 *
 * @param text - Any text.
 * @param parameter - The parameter's name, for the fault.
 */
export function tryParseTransportProtocol(text: string, parameter: string): TransportProtocol | Fault {
  const name = text.toLowerCase();
  if (isTransportProtocol(name)) return name;
  return {
    parameter,
    detail: `Cannot parse transport protocol ${quoteInput(text)}: expected ${TRANSPORT_PROTOCOLS.slice(0, -1).join(', ')} or ${TRANSPORT_PROTOCOLS.at(-1)}`,
  };
}

/** IANA's protocol numbers of the transport protocols. */
const PROTOCOL_NUMBERS: ReadonlyMap<string, TransportProtocol> = new Map([
  ['6', 'tcp'],
  ['17', 'udp'],
  ['33', 'dccp'],
  ['132', 'sctp'],
]);

/**
 * Parses a transport protocol as tools print it: a name in any case, also with the version of IP (`tcp6`, `udp46`), or IANA's
 * protocol number.
 *
 * @param word - A word, or a number in decimal digits.
 * @returns Null for another protocol, such as `icmp`, and for any other text.
 * @see https://www.iana.org/assignments/protocol-numbers
 */
export function parseProtocolWord(word: string): TransportProtocol | null {
  const number = PROTOCOL_NUMBERS.get(word);
  if (number !== undefined) return number;
  const name = word.toLowerCase().replace(/(?:46?|6)$/, '');
  return isTransportProtocol(name) ? name : null;
}

/**
 * Returns whether a row with these transport protocols applies to the protocol asked for.
 *
 * @param protocols - The protocols of the row; an empty list means all four, as in a registry row without a protocol.
 * @param asked - The protocol asked for; null for any.
 */
export function appliesTo(protocols: readonly TransportProtocol[], asked: TransportProtocol | null): boolean {
  return asked === null || protocols.length === 0 || protocols.includes(asked);
}
