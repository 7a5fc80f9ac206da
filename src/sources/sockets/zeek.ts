import type { Socket } from '../../registry/rows/socket.ts';
import { parseProtocolWord } from '../../registry/values/transport-protocol.ts';
import type { Sockets } from './line-parser.ts';
import { parsePort } from './socket-end.ts';

/** The columns of a log of Zeek. */
interface Columns {
  readonly origin: number;
  readonly response: number;
  /** -1 for a log without the protocol. */
  readonly protocol: number;
  /** The number of columns; null if it is unknown. */
  readonly count: number | null;
}

/** The first columns of logs of connections: time, id, and the two ends. */
const USUAL_COLUMNS: Columns = { origin: 3, response: 5, protocol: 6, count: null };
const USUAL_LINE = /^\d{9,12}\.\d+\t\S+\t[\d.a-f:]+\t\d{1,5}\t[\d.a-f:]+\t\d{1,5}(?:\t|$)/i;

/** Parses logs of Zeek in its tabular format. */
export interface ZeekParser {
  /**
   * Returns the flow of a line, no flow for a protocol without ports, or null for a line that is no log of connections. Without
   * a header, the line has the usual first columns.
   */
  readonly parse: (line: string) => Sockets | null;
  /** Returns the cell of the added column in a line of the header; null for any other line. */
  readonly headerCell: (line: string, name: string) => string | null;
}

/** Returns a parser that uses the header `#fields` of the lines before. */
export function zeekParser(): ZeekParser {
  let columns: Columns | null = null;
  return {
    parse(line) {
      if (line.startsWith('#') || (columns === null && !USUAL_LINE.test(line))) return null;
      const cells = line.split('\t');
      const { origin, response, protocol, count } = columns ?? USUAL_COLUMNS;
      if (count !== null && cells.length !== count) return null;
      const [local, remote] = [parsePort(cells[origin] ?? ''), parsePort(cells[response] ?? '')];
      if (typeof local !== 'number' || typeof remote !== 'number') return columns === null ? null : [];
      const word = cells[protocol] ?? '';
      const known = parseProtocolWord(word);
      // Without a header, the seventh column of other logs is no protocol.
      if (known === null && protocol >= 0 && (columns !== null || /^(?:icmp|unknown_transport)/.test(word))) return [];
      const flow: Socket = {
        kind: 'flow',
        protocol: known,
        local: { address: cells[origin - 1] ?? null, port: local },
        remote: { address: cells[response - 1] ?? null, port: remote },
        process: null,
        isListening: false,
      };
      return [flow];
    },
    headerCell(line, name) {
      if (line.startsWith('#types\t')) return columns === null ? null : 'string';
      if (!line.startsWith('#fields\t')) return null;
      const fields = line.split('\t').slice(1);
      const [origin, response] = [fields.indexOf('id.orig_p'), fields.indexOf('id.resp_p')];
      columns =
        origin < 0 || response < 0
          ? null
          : { origin, response, protocol: fields.indexOf('proto'), count: fields.length };
      return columns === null ? null : name;
    },
  };
}
