import { LAST_PORT } from '../registry/values/port-number.ts';
import type { PortSpan } from '../registry/values/port-range.ts';

const PORTS = /^(0|[1-9][0-9]{0,4})(?:-(0|[1-9][0-9]{0,4}))?$/;

/**
 * Parses a cell with one port or a range `a-b`.
 *
 * @param cell - The cell.
 * @returns The ports, or what was expected instead, for an error.
 */
export function parsePortCell(cell: string): PortSpan | string {
  const [, first, last = first] = PORTS.exec(cell) ?? [];
  const span = { firstPort: Number(first), lastPort: Number(last) };
  if (first === undefined || span.firstPort > LAST_PORT || span.lastPort > LAST_PORT) {
    return `expected a port number from 0 to ${LAST_PORT} or a range of them`;
  }
  return span.firstPort > span.lastPort ? 'expected the lower port of a range first' : span;
}
