import { type LineParser, openPort, protocolOfColumn } from './line-parser.ts';

const PORT_LINE =
  /^(\d{1,5})\/(tcp|udp|sctp)[ \t]+(?:open|closed|filtered|unfiltered)(?:\|(?:filtered|unfiltered))?(?=[ \t]|$)/;
const DISCOVERED = /^Discovered open port (\d{1,5})\/(tcp|udp|sctp) on (\S+)/;
const MASSCAN_LINE = /^(?:open|closed|banner) (tcp|udp|sctp) (\d{1,5}) (\S+)/;
const GREPABLE = /^(?:Timestamp: \d+\t)?Host: ([\da-f.:]+) .*\tPorts: ([^\t]*)/i;
const GREPABLE_PORT = /(?:^|, )(\d{1,5})\/[^/]*\/(tcp|udp|sctp)\//g;

/** Parses a port of the normal output of `nmap`, what `nmap -v` and `masscan` discover, and a line of `masscan -oL`. */
export const parseScan: LineParser = (line) => {
  const found = PORT_LINE.exec(line) ?? DISCOVERED.exec(line);
  if (found !== null) return [openPort(Number(found[1]), protocolOfColumn(found[2]) ?? null, found[3])];
  const [, protocol, port, address] = MASSCAN_LINE.exec(line) ?? [];
  return port === undefined ? null : [openPort(Number(port), protocolOfColumn(protocol) ?? null, address)];
};

/** Parses the ports of a host of `nmap -oG` or `masscan -oG`. */
export const parseGrepableScan: LineParser = (line) => {
  const [, address, ports] = GREPABLE.exec(line) ?? [];
  if (ports === undefined) return null;
  return [...ports.matchAll(GREPABLE_PORT)].map(([, port, protocol]) =>
    openPort(Number(port), protocolOfColumn(protocol) ?? null, address),
  );
};
