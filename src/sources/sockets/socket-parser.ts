import { parsePowerShell, parseSolarisNetstat } from './address-columns.ts';
import { parseDocker } from './docker.ts';
import { parseFirewallRule } from './firewall-rules.ts';
import { parseKeyValues } from './key-values.ts';
import type { LineParser, Sockets } from './line-parser.ts';
import { parseLsof } from './lsof.ts';
import { parseGrepableScan, parseScan } from './nmap.ts';
import { parsePortList } from './port-list.ts';
import { parseSockstat } from './sockstat.ts';
import { ssAndNetstatParser } from './ss-and-netstat.ts';
import { zeekParser } from './zeek.ts';

/** What precedes a text that is added to a line: blanks, a tab in a table with tabs, or a field of `nmap -oG`. */
export type Separator = '  ' | '\t' | '\tPortolan: ';

/** A parsed line. */
export interface LineOfSockets {
  readonly separator: Separator;
  /** The sockets; none for a row of a table without a port. */
  readonly sockets: Sockets;
}

/** Parses the lines of one stream. */
export interface SocketParser {
  /** Returns the sockets of a line; null for a line that does not have the shape of any tool. */
  readonly parse: (line: string) => LineOfSockets | null;
  /** Returns the header of the added column, with its separator, for the header of a table; null for any other line. */
  readonly header: (line: string) => string | null;
}

/**
 * Returns a parser of the lines of one stream. Each line is parsed by its own shape: lines of several tools can be mixed, and
 * need no header. Memory is bounded: the parser stores only the last protocol of `ss` and the last header of Zeek.
 */
export function socketParser(): SocketParser {
  const zeek = zeekParser();
  const parsers: readonly (readonly [parse: LineParser, separator: Separator])[] = [
    [ssAndNetstatParser(), '  '],
    [parseLsof, '  '],
    [parseScan, '  '],
    [parseGrepableScan, '\tPortolan: '],
    [parseKeyValues, '  '],
    [parseFirewallRule, '  '],
    [parseDocker, '  '],
    [zeek.parse, '\t'],
    [parseSolarisNetstat, '  '],
    [parsePowerShell, '  '],
    [parseSockstat, '  '],
    [parsePortList, '  '],
  ];
  return {
    parse(line) {
      for (const [parse, separator] of parsers) {
        const sockets = parse(line);
        if (sockets !== null) return { separator, sockets };
      }
      return null;
    },
    header(line) {
      const cell = zeek.headerCell(line, 'portolan');
      if (cell !== null) return `\t${cell}`;
      return HEADERS.some((header) => header.test(line)) ? '  Service' : null;
    },
  };
}

/** The headers of tables. */
const HEADERS: readonly RegExp[] = [
  /^(?:Netid|State|Recv-Q)\s.*Local Address:Port/i,
  /^\s*Proto\s.*Local Address/i,
  /^\s*Local Address\s+(?:Remote Address|State)\s/i,
  /^COMMAND\s.*\sNAME\s*$/,
  /^USER\s+\S+\s+PID\s.*PROTO\s/,
  /^PORT\s+STATE\s+SERVICE/,
  /^CONTAINER ID\s.*\sPORTS\s/,
];
