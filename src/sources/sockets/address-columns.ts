import type { SocketEnd } from '../../registry/rows/socket.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { type LineParser, wordsOf } from './line-parser.ts';
import { isAddress, parseEnd, parsePort } from './socket-end.ts';

/** The states of the tables of Solaris, which have no column for the protocol, in lower case. */
const STATES: ReadonlyMap<string, TransportProtocol> = new Map([
  ...[
    'listen',
    'established',
    'syn_sent',
    'syn_rcvd',
    'syn_received',
    'fin_wait_1',
    'fin_wait_2',
    'time_wait',
    'close_wait',
    'last_ack',
    'closing',
    'closed',
    'bound',
  ].map((state) => [state, 'tcp'] as const),
  ['idle', 'udp'],
  ['unbound', 'udp'],
  ['connected', 'udp'],
]);

/** A column of numbers: a queue, a window, or the streams of SCTP. */
const NUMBERS = /^\d{1,10}(?:\/\d{1,10})?$/;

/** Parses a line of `netstat` of Solaris: `192.0.2.1.22 192.0.2.2.50022 64240 0 128872 0 ESTABLISHED`, `*.123 Idle`. */
export const parseSolarisNetstat: LineParser = (line) => {
  const words = wordsOf(line);
  const local = parseEnd(words[0] ?? '');
  if (local === null || words[0]?.includes('->')) return null;
  const index = words.findIndex((word) => STATES.has(word.toLowerCase()));
  const between = words.slice(1, index);
  const first = NUMBERS.test(between[0] ?? '') ? undefined : between[0];
  const remote = parseEnd(first ?? '');
  const numbers = between.slice(first === undefined ? 0 : 1);
  // With -u, user, process and command follow two ends.
  if (index < 1 || (remote === null && !numbers.every((word) => NUMBERS.test(word)))) return null;
  if (first !== undefined && remote === null && first !== '0.0.0.0' && first !== '::') return null;
  // Only the table of SCTP has a column with streams, such as 128/1.
  const protocol = numbers.some((word) => word.includes('/'))
    ? 'sctp'
    : (STATES.get(words[index]?.toLowerCase() ?? '') ?? 'tcp');
  return [socketOf(protocol, local, remote)];
};

/** Parses a line of PowerShell's `Get-NetTCPConnection`: addresses and ports in columns of their own, and a state. */
export const parsePowerShell: LineParser = (line) => {
  const [address = '', port = '', otherAddress = '', otherPort = '', state] = wordsOf(line);
  if (!isAddress(address) || !isAddress(otherAddress) || !/^[A-Z][A-Za-z\d]{3,11}$/.test(state ?? '')) return null;
  const [local, remote] = [parsePort(port), parsePort(otherPort)];
  if (typeof local !== 'number' || typeof remote !== 'number') return null;
  return [socketOf('tcp', { address, port: local }, { address: otherAddress, port: remote })];
};

function socketOf(protocol: TransportProtocol, local: SocketEnd, remote: SocketEnd | null) {
  const isListening = remote === null || remote.port === null || remote.port === 0;
  return {
    kind: 'socket' as const,
    protocol,
    local,
    remote: isListening ? null : remote,
    process: null,
    isListening,
  };
}
