import { type Fault, invalidArgument, quoteInput } from './registry-error.ts';

/** The transport protocols of the IANA registry, in the order of every answer (RFC 6335, section 5). */
export const TRANSPORT_PROTOCOLS = ['tcp', 'udp', 'sctp', 'dccp'] as const;

/** A transport protocol. `protocol` is short for it everywhere. */
export type TransportProtocol = (typeof TRANSPORT_PROTOCOLS)[number];

/**
 * Tells whether a text is the name of a transport protocol, in small letters.
 *
 * @param text - Any text.
 */
export function isTransportProtocol(text: string): text is TransportProtocol {
  return (TRANSPORT_PROTOCOLS as readonly string[]).includes(text);
}

/**
 * Parses the name of a transport protocol, in small or capital letters.
 *
 * @param text - What was asked for.
 * @param parameter - The parameter's name, for the error.
 * @throws {RegistryError} `invalid_argument` for any other text.
 */
export function parseTransportProtocol(text: string, parameter = 'protocol'): TransportProtocol {
  const read = readTransportProtocol(text, parameter);
  if (typeof read === 'string') return read;
  throw invalidArgument(read);
}

/**
 * Parses the name of a transport protocol as `parseTransportProtocol` does, and returns what is wrong in place of throwing it.
 *
 * @param text - What was asked for.
 * @param parameter - The parameter's name, for the fault.
 */
export function readTransportProtocol(text: string, parameter: string): TransportProtocol | Fault {
  const name = text.toLowerCase();
  if (isTransportProtocol(name)) return name;
  return {
    parameter,
    detail: `Cannot parse transport protocol ${quoteInput(text)}: expected ${TRANSPORT_PROTOCOLS.slice(0, -1).join(', ')} or ${TRANSPORT_PROTOCOLS.at(-1)}`,
  };
}

/**
 * Tells whether a row that speaks of some transport protocols says something about the one that was asked for.
 *
 * @param protocols - The row's; an empty list speaks of all four, as a registry row without a transport protocol does.
 * @param asked - The one asked for, or null for any.
 */
export function appliesTo(protocols: readonly TransportProtocol[], asked: TransportProtocol | null): boolean {
  return asked === null || protocols.length === 0 || protocols.includes(asked);
}
