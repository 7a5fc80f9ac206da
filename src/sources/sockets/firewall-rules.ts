import { parseProtocolWord, type TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { type LineParser, openPort, protocolOfColumn, wordsOf } from './line-parser.ts';
import { parsePortItems } from './port-list.ts';

/** A port in a rule; `protocol` is a group of the pattern, or the protocol is a column of the line. */
const RULES: readonly RegExp[] = [
  // iptables -L: `tcp dpt:22`, `udp spt:67 dpt:68`, `tcp dpts:8000:8010`, `multiport dports 80,443`.
  /(?:(?<protocol>tcp|udp|sctp|dccp) )?(?:spts?:\S{1,40} )?(?:dpts?:(?<ports>[\w+*:-]{1,40}))/,
  /(?:(?<protocol>tcp|udp|sctp|dccp) )?spts?:(?<ports>[\w+*:-]{1,40})/,
  /multiport [ds]ports (?<ports>[\w+*,:-]{1,200})/,
  // iptables-save: `-p tcp -m tcp --dport 22`, `--dports 80,443`.
  /-p (?<protocol>\w{1,8}) .{0,200}?--(?:dports?|destination-ports?|sports?|source-ports?) (?<ports>[\w+*,:-]{1,200})/,
  // nft: `tcp dport 22 accept`, `tcp dport { 22, 80 } accept`.
  /(?<protocol>tcp|udp|sctp|dccp|th) [ds]port (?:[!=]= )?(?<ports>\{[^{}]{1,2000}\}|[\w+*:-]{1,40})/,
  // ufw status: `22/tcp ALLOW IN Anywhere`, `80,443/tcp (v6) DENY Anywhere (v6)`, `[ 1] 22 LIMIT Anywhere`.
  /^(?:\[ ?\d{1,3}\] )?(?<ports>\d[\d,:]{0,200})(?:\/(?<protocol>tcp|udp))?(?: \(v6\))?[ \t]+(?:ALLOW|DENY|REJECT|LIMIT)\b/,
];

/** A line without these words has no rule: tested first, because it is faster than the patterns. */
const RULE_WORD = /[ds]pt|[ds]port|ALLOW|DENY|REJECT|LIMIT/;

/** Parses the ports of a rule of iptables, nft or ufw. */
export const parseFirewallRule: LineParser = (line) => {
  if (!RULE_WORD.test(line)) return null;
  for (const rule of RULES) {
    const { ports, protocol } = rule.exec(line)?.groups ?? {};
    if (ports === undefined) continue;
    const known = protocol === undefined ? columnOf(line) : parseProtocolWord(protocol);
    const found = parsePortItems(ports).map((port) => openPort(port, known));
    if (found.length > 0) return found;
  }
  return null;
};

/** Returns the protocol of the column `prot` of `iptables -L`, a name or a number; the column `opt` follows it. */
function columnOf(line: string): TransportProtocol | null {
  const words = wordsOf(line);
  const options = words.indexOf('--');
  if (options > 0) return parseProtocolWord(words[options - 1] ?? '');
  return (
    words
      .slice(0, 4)
      .map(protocolOfColumn)
      .find((protocol) => protocol !== undefined) ?? null
  );
}
