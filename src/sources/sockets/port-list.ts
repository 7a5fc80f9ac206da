import { LAST_PORT } from '../../registry/values/port-number.ts';
import { type LineParser, openPort, protocolOfColumn } from './line-parser.ts';
import { parsePort } from './socket-end.ts';

/** The widest range that is expanded to single ports. */
const WIDEST_RANGE = 20;

/** The longest list, in characters. */
const LONGEST_LIST = 4096;

const RANGE = /^(\d{1,5})[-:](\d{1,5})$/;
const ITEM = /^(?:(tcp|udp|sctp|dccp)\/)?(\d{1,5}(?:[-:]\d{1,5})?)(?:\/(tcp|udp|sctp|dccp))?$/i;

/**
 * Parses a list of ports: numbers, names of services and ranges such as `8000-8010` or `8000:8010`, with commas between.
 *
 * @param text - The list, perhaps in braces. Ranges of more than 20 ports are left out.
 */
export function parsePortItems(text: string): (number | string)[] {
  if (text.length > LONGEST_LIST) return [];
  const items = text.replaceAll(/[{}]/g, '').split(',');
  return items.flatMap((item) => parseRange(item.trim()) ?? parsePort(item.trim()) ?? []);
}

function parseRange(item: string): number[] | null {
  const [, first, last] = RANGE.exec(item) ?? [];
  if (first === undefined) return null;
  const width = Number(last) - Number(first) + 1;
  if (!(width >= 1 && width <= WIDEST_RANGE) || Number(last) > LAST_PORT) return [];
  return Array.from({ length: width }, (_, index) => Number(first) + index);
}

/**
 * Parses a line that consists of ports: `443`, `80,443`, `22/tcp 53/udp`, `ports: 22/tcp` of firewalld. Bare numbers with blanks
 * between them are not ports.
 */
export const parsePortList: LineParser = (line) => {
  const text = line.trim().replace(/^(?:source-)?ports: /, '');
  if (text === '' || text.length > LONGEST_LIST || !/^[\dtusd]/i.test(text)) return null;
  const items = text.split(/[, \t]+/);
  const matches = items.map((item) => ITEM.exec(item));
  const found = matches.filter((match) => match !== null);
  if (found.length < items.length) return null;
  const isBare = (match: RegExpExecArray): boolean => match[1] === undefined && match[3] === undefined;
  if (/\d[ \t]+\d/.test(text) && found.some(isBare)) return null;
  const ports = found.flatMap(([, before, port = '', after]) =>
    parsePortItems(port).map((one) => openPort(one, protocolOfColumn((before ?? after)?.toLowerCase()) ?? null)),
  );
  return ports.length === 0 ? null : ports;
};
