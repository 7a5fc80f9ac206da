import type { LineReader, Sockets } from './line-reader.ts';
import { readLsof } from './lsof.ts';
import { readSockstat } from './sockstat.ts';
import { readSsAndNetstat } from './ss-and-netstat.ts';

/**
 * Returns a reader of the lines of one stream. Each line is read by its own shape: lines of several tools can be mixed, and
 * need no header. Memory is bounded: a line does not depend on the lines before, except for the last protocol of `ss`.
 */
export function socketReader(): LineReader {
  const readers: readonly LineReader[] = [readSsAndNetstat(), readLsof, readSockstat];
  return (line): Sockets | null => {
    for (const read of readers) {
      const sockets = read(line);
      if (sockets !== null) return sockets;
    }
    return null;
  };
}

const HEADER =
  /^(?:Netid|State|Recv-Q)\s.*Local Address:Port|^\s*Proto\s.*Local Address|^COMMAND\s.*\sNAME\s*$|^USER\s+\S+\s+PID\s.*PROTO\s/i;

/**
 * Returns whether a line is the header of a table of sockets.
 *
 * @param line - The line.
 */
export function isSocketHeader(line: string): boolean {
  return HEADER.test(line);
}
