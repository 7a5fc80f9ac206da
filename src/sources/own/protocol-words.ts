import type { Parsed } from '../../registry/values/fields.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../../registry/values/transport-protocol.ts';

/** The words for transport protocols, besides their names. */
const WORDS: ReadonlyMap<string, readonly TransportProtocol[]> = new Map<string, readonly TransportProtocol[]>([
  ...TRANSPORT_PROTOCOLS.map((name) => [name, [name]] as const),
  ['tcp4', ['tcp']],
  ['tcp6', ['tcp']],
  ['udp4', ['udp']],
  ['udp6', ['udp']],
  ['both', ['tcp', 'udp']],
]);

/**
 * Parses the protocols of a cell.
 *
 * @param text - Words in any case, such as `TCP/UDP`, `tcp, udp`, `both` or `tcp6`.
 */
export function parseProtocolWords(text: string): Parsed<readonly TransportProtocol[]> {
  const words = text.toLowerCase().split(/[|,;/+&\s]+/);
  const found = words.filter((word) => word !== '' && word !== 'and').map((word) => WORDS.get(word));
  const protocols = TRANSPORT_PROTOCOLS.filter((name) => found.some((names) => names?.includes(name)));
  return protocols.length > 0 && !found.includes(undefined)
    ? { value: protocols }
    : { expected: `${TRANSPORT_PROTOCOLS.join(', ')}, or several of them such as tcp/udp` };
}
