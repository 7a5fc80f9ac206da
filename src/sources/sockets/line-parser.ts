import type { Socket } from '../../registry/rows/socket.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';

/** The sockets of a line, at least one. */
export type Sockets = readonly Socket[];

/** Parses a line of a tool; returns null if the line does not have the tool's shape. */
export type LineParser = (line: string) => Sockets | null;

/** The transport protocols as columns of tools show them. */
const COLUMN_WORDS: ReadonlyMap<string, TransportProtocol> = new Map(
  [
    ['tcp', 'tcp', 'tcp4', 'tcp6', 'tcp46', 'mptcp'],
    ['udp', 'udp', 'udp4', 'udp6', 'udp46'],
    ['sctp', 'sctp', 'sctp4', 'sctp6', 'sctp46'],
    ['dccp', 'dccp', 'dccp6'],
  ].flatMap(([protocol, ...words]) =>
    words.flatMap((word) => [word, word.toUpperCase()].map((one) => [one, protocol as TransportProtocol] as const)),
  ),
);

/**
 * Returns the transport protocol of a word such as `tcp6` or `UDP`.
 *
 * @param word - A word of a line.
 */
export function protocolOfColumn(word: string | undefined): TransportProtocol | undefined {
  return word === undefined ? undefined : COLUMN_WORDS.get(word);
}

/** The most words of a line that are parsed. The sockets stand before them. */
const MOST_WORDS = 24;

/**
 * Splits the beginning of a line into words.
 *
 * @param line - The line.
 */
export function wordsOf(line: string): string[] {
  const words = line.split(/[ \t]+/, MOST_WORDS);
  return words[0] === '' ? words.slice(1) : words;
}

/**
 * Returns an open port.
 *
 * @param port - A port number, or the name of its service.
 * @param protocol - The protocol; null if it is unknown.
 * @param address - The address; null for none.
 */
export function openPort(
  port: number | string,
  protocol: TransportProtocol | null,
  address: string | null = null,
): Socket {
  return { kind: 'port', protocol, local: { address, port }, remote: null, process: null, isListening: true };
}
