import { readPowerShell, readSolarisNetstat } from './address-columns.ts';
import { readDocker } from './docker.ts';
import { readFirewallRule } from './firewall-rules.ts';
import { readKeyValues } from './key-values.ts';
import type { LineReader, Sockets } from './line-reader.ts';
import { readLsof } from './lsof.ts';
import { readGrepableScan, readScan } from './nmap.ts';
import { readPortList } from './port-list.ts';
import { readSockstat } from './sockstat.ts';
import { readSsAndNetstat } from './ss-and-netstat.ts';
import { readZeek } from './zeek.ts';

/** What precedes a text that is added to a line: blanks, a tab in a table with tabs, or a field of `nmap -oG`. */
export type Separator = '  ' | '\t' | '\tPortolan: ';

/** A line that was read. */
export interface LineOfSockets {
  readonly separator: Separator;
  /** The sockets; none for a row of a table without a port. */
  readonly sockets: Sockets;
}

/** Reads the lines of one stream. */
export interface SocketReader {
  /** Returns the sockets of a line; null for a line that does not have the shape of any tool. */
  readonly read: (line: string) => LineOfSockets | null;
  /** Returns the header of the added column, with its separator, for the header of a table; null for any other line. */
  readonly header: (line: string) => string | null;
}

/**
 * Returns a reader of the lines of one stream. Each line is read by its own shape: lines of several tools can be mixed, and
 * need no header. Memory is bounded: only the last protocol of `ss` and the last header of Zeek are kept.
 */
export function socketReader(): SocketReader {
  const zeek = readZeek();
  const readers: readonly (readonly [read: LineReader, separator: Separator])[] = [
    [readSsAndNetstat(), '  '],
    [readLsof, '  '],
    [readScan, '  '],
    [readGrepableScan, '\tPortolan: '],
    [readKeyValues, '  '],
    [readFirewallRule, '  '],
    [readDocker, '  '],
    [zeek.read, '\t'],
    [readSolarisNetstat, '  '],
    [readPowerShell, '  '],
    [readSockstat, '  '],
    [readPortList, '  '],
  ];
  return {
    read(line) {
      for (const [read, separator] of readers) {
        const sockets = read(line);
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
