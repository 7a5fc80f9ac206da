import type { SocketEnd } from '../../registry/rows/socket.ts';
import { parseProtocolWord } from '../../registry/values/transport-protocol.ts';
import { type LineParser, protocolOfColumn, wordsOf } from './line-parser.ts';
import { parsePort } from './socket-end.ts';

/** The keys of logs of netfilter, conntrack, CEF and firewalls, in lower case. */
const KEYS: ReadonlyMap<string, 'protocol' | 'source' | 'destination' | 'from' | 'to'> = new Map([
  ['proto', 'protocol'],
  ['protocol', 'protocol'],
  ['spt', 'source'],
  ['sport', 'source'],
  ['srcport', 'source'],
  ['src_port', 'source'],
  ['dpt', 'destination'],
  ['dport', 'destination'],
  ['dstport', 'destination'],
  ['dst_port', 'destination'],
  ['dest_port', 'destination'],
  ['src', 'from'],
  ['srcip', 'from'],
  ['dst', 'to'],
  ['dstip', 'to'],
]);

const PORT_KEY = /(?:[ds]pt|[ds]port|(?:src|dst|dest)_?port)="?\w/i;
const PAIR = /(?:^|[\s[|,;])([a-z]{3,8}(?:_port)?)="?([\w.:+*-]{1,64})/gi;

/**
 * Parses a flow of a log with `key=value`: `SRC=… PROTO=TCP SPT=443 DPT=514` of iptables and ufw, `spt=443 dpt=514` of CEF,
 * `sport=443 dport=514` of `conntrack` and /proc/net/nf_conntrack. The first value of a key counts: that of the request.
 */
export const parseKeyValues: LineParser = (line) => {
  if (!PORT_KEY.test(line)) return null;
  const values = new Map<string, string>();
  for (const [, key = '', value = ''] of line.matchAll(PAIR)) {
    const meaning = KEYS.get(key.toLowerCase());
    if (meaning !== undefined && !values.has(meaning)) values.set(meaning, value);
  }
  const end = (port: string, address: string): SocketEnd | null => {
    const parsed = parsePort(values.get(port) ?? '');
    return parsed === undefined || parsed === null ? null : { address: values.get(address) ?? null, port: parsed };
  };
  const [source, destination] = [end('source', 'from'), end('destination', 'to')];
  const written = values.get('protocol');
  const protocol = written === undefined ? columnOf(line) : parseProtocolWord(written);
  if ((written !== undefined && protocol === null) || (source ?? destination) === null) return null;
  const isPair = source !== null && destination !== null;
  const local = source ?? destination;
  if (local === null) return null;
  return [{ kind: 'flow', protocol, local, remote: isPair ? destination : null, process: null, isListening: false }];
};

/** Returns the protocol of the column of `conntrack`; null if there is none. */
function columnOf(line: string) {
  const words = wordsOf(line).slice(0, 8);
  return words.map((word) => protocolOfColumn(word)).find((protocol) => protocol !== undefined) ?? null;
}
