import type { AssignmentCells } from '../registry/assignment.ts';
import type { PortSpan } from '../registry/port-range.ts';
import { quoteInput } from '../registry/registry-error.ts';
import { isTransportProtocol } from '../registry/transport-protocol.ts';
import { failAt, readCsv, type SourceFile } from './csv-table.ts';
import { parsePortCell } from './port-cell.ts';

/** The columns of IANA's service-names-port-numbers.csv; the eleventh was renamed between 2018 and 2019. */
export const IANA_COLUMNS: readonly (readonly string[])[] = [
  ['Service Name'],
  ['Port Number'],
  ['Transport Protocol'],
  ['Description'],
  ['Assignee'],
  ['Contact'],
  ['Registration Date'],
  ['Modification Date'],
  ['Reference'],
  ['Service Code'],
  ['Unauthorized Use Reported', 'Known Unauthorized Uses'],
  ['Assignment Notes'],
];

/** A row of IANA's file: its cells verbatim, and the ports they name. */
export interface IanaRow {
  readonly cells: AssignmentCells;
  /** The ports of the Port Number column; null when the cell is empty. */
  readonly span: PortSpan | null;
}

/**
 * Reads IANA's CSV of the registry, row by row and verbatim, in the order of the file.
 *
 * @param file - The file.
 * @throws {RegistryError} `invalid_argument`, with file, line and column, at the first row that is not as IANA writes it.
 */
export async function* readIanaCsv(file: SourceFile): AsyncGenerator<IanaRow> {
  for await (const { line, cells } of readCsv(file, IANA_COLUMNS)) {
    const row = toCells(cells);
    const span = row.portNumber === '' ? null : parsePortCell(row.portNumber);
    if (typeof span === 'string') failAt(file, line, `${span}, got ${quoteInput(row.portNumber)}`, 'Port Number');
    if (row.transportProtocol !== '' && !isTransportProtocol(row.transportProtocol)) {
      const got = quoteInput(row.transportProtocol);
      failAt(file, line, `expected tcp, udp, sctp, dccp or an empty cell, got ${got}`, 'Transport Protocol');
    }
    yield { cells: row, span };
  }
}

function toCells(cells: readonly string[]): AssignmentCells {
  const [serviceName = '', portNumber = '', transportProtocol = '', description = '', assignee = '', contact = ''] =
    cells;
  const [registrationDate = '', modificationDate = '', reference = '', serviceCode = ''] = cells.slice(6);
  const [unauthorizedUseReported = '', assignmentNotes = ''] = cells.slice(10);
  return {
    serviceName,
    portNumber,
    transportProtocol,
    description,
    assignee,
    contact,
    registrationDate,
    modificationDate,
    reference,
    serviceCode,
    unauthorizedUseReported,
    assignmentNotes,
  };
}

const FULL_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/**
 * Gives the newest full date that a row carries: a file without a date of its own is at least as new as that.
 *
 * @param cells - The row.
 * @returns `YYYY-MM-DD`, or an empty text when the row has no date with a day.
 */
export function newestDate(cells: AssignmentCells): string {
  const dates = [cells.registrationDate, cells.modificationDate].filter((date) => FULL_DATE.test(date));
  return dates.sort().at(-1) ?? '';
}
