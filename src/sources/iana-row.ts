import type { AssignmentCells } from '../registry/rows/assignment.ts';
import { looksLikeDay } from '../registry/values/day.ts';
import type { PortSpan } from '../registry/values/port-range.ts';
import { quoteInput } from '../registry/values/registry-error.ts';
import { isTransportProtocol } from '../registry/values/transport-protocol.ts';
import { failAt, type SourceFile } from './csv-table.ts';
import { parsePortCell } from './port-cell.ts';

/** A row of IANA's file: its cells verbatim, and its ports. */
export interface IanaRow {
  readonly cells: AssignmentCells;
  /** The ports of the Port Number column; null for an empty cell. */
  readonly span: PortSpan | null;
}

/**
 * Parses the ports of a row, and checks its protocol.
 *
 * @param file - The file of the row.
 * @param line - The first line of the row, from 1.
 * @param cells - The cells of the row.
 * @throws {RegistryError} `invalid_argument`, with file, line and column.
 */
export function toIanaRow(file: SourceFile, line: number, cells: AssignmentCells): IanaRow {
  const span = cells.portNumber === '' ? null : parsePortCell(cells.portNumber);
  if (typeof span === 'string') failAt(file, line, `${span}, got ${quoteInput(cells.portNumber)}`, 'Port Number');
  if (cells.transportProtocol !== '' && !isTransportProtocol(cells.transportProtocol)) {
    const got = quoteInput(cells.transportProtocol);
    failAt(file, line, `expected tcp, udp, sctp, dccp or an empty cell, got ${got}`, 'Transport Protocol');
  }
  return { cells, span };
}

/**
 * Returns the newest full date of a row. A file without a date of its own is at least as new as that.
 *
 * @param cells - The row.
 * @returns `YYYY-MM-DD`, or an empty text if the row has no date with a day.
 */
export function newestDate(cells: AssignmentCells): string {
  const dates = [cells.registrationDate, cells.modificationDate].filter(looksLikeDay);
  return dates.sort().at(-1) ?? '';
}
