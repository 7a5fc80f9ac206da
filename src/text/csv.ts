import { ByteTemplate, type ByteText, encode, joinBytes } from '../byte-text.ts';
import type { PoolReport } from '../registry/advice/pool.ts';
import type { RegistryInfo } from '../registry/catalogue.ts';
import { CLIENT_FIELDS } from '../registry/own/own-fields.ts';
import { type SharedReport, summaryOf } from '../registry/report/port-report.ts';
import { type NamedRow, rowsByOrigin } from '../registry/report/preferred-origins.ts';
import type { Assignment } from '../registry/rows/assignment.ts';
import type { Association } from '../registry/rows/association.ts';
import type { EphemeralRange } from '../registry/rows/ephemeral-range.ts';
import type { SearchResult } from '../registry/search/search-result.ts';
import { formatSpan, type PortRange } from '../registry/values/port-range.ts';
import type { Steps } from '../registry/values/run-step.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import { type Cell, csvInSteps, type RowCells, toCsv } from './csv-table.ts';

/** The columns that only own entries fill. */
const OWN_COLUMNS = CLIENT_FIELDS.flatMap(([name, { isCsvColumn }]) => (isCsvColumn ? [name] : []));

/** The columns of tables of rows; the cells of missing fields are empty. */
const ROW_COLUMNS = [
  'kind',
  'name',
  'firstPort',
  'lastPort',
  'protocol',
  'state',
  'origin',
  'description',
  'category',
  'confidence',
  'aliasOf',
  'sources',
  ...OWN_COLUMNS,
];

/**
 * Renders official rows and uses as CSV, those of own entries first.
 *
 * @param assignments - Official rows.
 * @param associations - Own and informal uses.
 */
export function rowsCsv(assignments: readonly Assignment[], associations: readonly Association[]): Steps<string> {
  return csvInSteps(ROW_COLUMNS, rowsByOrigin({ assignments, associations }), rowCells);
}

/**
 * Renders search results as CSV: one line for each row of a result.
 *
 * @param results - The results, best first.
 */
export function searchCsv(results: readonly SearchResult[]): Steps<string> {
  return csvInSteps(ROW_COLUMNS, results, resultCells);
}

function resultCells(result: SearchResult): RowCells[] {
  if (result.kind === 'assignment') return result.rows.map(assignmentCells);
  if (result.rows.length > 0) return result.rows.map(associationCells);
  const { kind, name, port: firstPort, lastPort, protocols, origin } = result;
  return [{ kind, name, firstPort, lastPort, protocol: protocols.join(' '), origin }];
}

/** A query for a port, with its report. */
export interface ReportLine {
  readonly query: string;
  readonly number: number;
  /** The requested protocol, or null. */
  readonly protocol: TransportProtocol | null;
  readonly shared: SharedReport;
}

/** A query for a port, with its report or its error. */
export type PortLine = ReportLine | { readonly query: string; readonly error: string };

const PORT_COLUMNS = ['query', 'number', 'summary', ...ROW_COLUMNS, 'otherNames', 'error'];

/** The first line of a table of ports. */
export const PORTS_CSV_HEADER = toCsv(PORT_COLUMNS, []);

/**
 * Renders port reports as CSV, without the header.
 *
 * @param lines - The ports.
 */
export function portsCsvLines(lines: readonly PortLine[]): ByteText {
  return joinBytes(lines.map(portCsvLines));
}

/**
 * Renders a report with many own entries as CSV, as `portCsvLines` does, in steps.
 *
 * @param line - The port.
 * @returns The lines, with the header.
 */
export function crowdedPortCsv({ query, number, shared }: ReportLine): Steps<string> {
  const rows = rowsByOrigin(shared);
  return csvInSteps(PORT_COLUMNS, rows, (row) => {
    const cells = { query, number, ...rowCells(row) };
    return row === rows[0] ? { ...cells, summary: summaryOf(number, shared), otherNames: namesOf(shared) } : cells;
  });
}

/**
 * Renders a port report as lines of CSV: one line for each official row or use, with the query first; one line for a
 * port without rows and for an invalid query. The summary and the other names are in the first line of a
 * port.
 *
 * @param line - The port.
 */
export function portCsvLines(line: PortLine): ByteText {
  if ('error' in line) return encode(toCsv(PORT_COLUMNS, [line], false));
  const { query, number, shared } = line;
  let lines = cachedLines.get(shared);
  if (lines === undefined) {
    lines = renderLines(shared);
    cachedLines.set(shared, lines);
  }
  return lines.fill(String(number) as ByteText, queryCell(query));
}

/** Returns the cell of a query. Most queries are digits and letters, which need no quoting. */
function queryCell(query: string): ByteText {
  if (/^[0-9][0-9a-z/-]*$/.test(query)) return query as ByteText;
  return encode(toCsv(['query'], [{ query }], false).trimEnd());
}

/** The lines of each shared report, with gaps for the port number and the query. */
const cachedLines = new WeakMap<SharedReport, ByteTemplate>();

function renderLines(shared: SharedReport): ByteTemplate {
  const [row = {}, ...others] = rowsByOrigin(shared).map(rowCells);
  const columns = PORT_COLUMNS.slice(PORT_COLUMNS.indexOf('summary'));
  const first = toCsv(columns, [{ summary: `Port ${shared.summaryEnd}`, ...row, otherNames: namesOf(shared) }], false);
  const toSummary = first.slice(0, first.indexOf('Port ') + 'Port '.length);
  const pieces = ['', ',', `,${toSummary}`, first.slice(toSummary.length)];
  const gaps = [1, 0, 0];
  for (const other of others) {
    pieces.push(',', `,${toCsv(columns, [other], false)}`);
    gaps.push(1, 0);
  }
  return new ByteTemplate(pieces.map(encode), gaps);
}

function namesOf({ otherNames }: SharedReport): string {
  return otherNames.map(({ name }) => name).join('|');
}

/**
 * Renders the ranges of RFC 6335 as CSV.
 *
 * @param ranges - The ranges.
 */
export function rangesCsv(ranges: readonly PortRange[]): string {
  return toCsv(
    ['name', 'title', 'firstPort', 'lastPort', 'reference'],
    ranges.map((range) => ({ ...range })),
  );
}

/**
 * Renders the ephemeral ranges as CSV.
 *
 * @param ranges - The ranges.
 */
export function ephemeralRangesCsv(ranges: readonly EphemeralRange[]): string {
  const columns = [
    'system',
    'title',
    'version',
    'current',
    'firstPort',
    'lastPort',
    'howToRead',
    'howToChange',
    'note',
    'source',
  ];
  return toCsv(
    columns,
    ranges.map((range) => ({ ...range, source: range.source.url ?? range.source.title })),
  );
}

/**
 * Renders the loaded lists as CSV.
 *
 * @param info - The loaded lists.
 */
export function registryCsv(info: RegistryInfo): string {
  const columns = ['list', 'origin', 'source', 'date', 'importedAt', 'rows', 'sha256'];
  return toCsv(
    columns,
    info.origins.map((list) => ({ ...list })),
  );
}

/**
 * Renders pools as CSV; ranges are separated by blanks.
 *
 * @param pools - The pools.
 */
export function poolsCsv(pools: readonly PoolReport[]): string {
  return toCsv(
    ['name', 'ranges', 'protocols', 'owner', 'used', 'free'],
    pools.map((pool) => ({
      ...pool,
      ranges: pool.ranges.map(formatSpan).join(' '),
      protocols: pool.protocols.join(' '),
    })),
  );
}

function rowCells(row: NamedRow): RowCells {
  return 'id' in row ? associationCells(row) : assignmentCells(row);
}

function assignmentCells(row: Assignment): RowCells {
  const { firstPort, lastPort, protocol, state, description, aliasOf } = row;
  const sources = row.references.map(({ title, url }) => url ?? title).join(' ');
  const span = { kind: 'assignment', name: row.serviceName, firstPort, lastPort, protocol };
  return { ...span, state, origin: 'iana', description, aliasOf, sources };
}

function associationCells(row: Association): RowCells {
  const { name, firstPort, lastPort, origin, usedBy: description, category, confidence } = row;
  const sources = row.sources.map(({ title, url }) => url ?? title).join(' ');
  const span = { kind: 'association', name, firstPort, lastPort, protocol: row.protocols.join(' ') };
  const use: Record<string, Cell> = { ...span, origin, description, category, confidence, sources };
  for (const column of OWN_COLUMNS) {
    const value = row[column] as Cell | readonly string[];
    use[column] = Array.isArray(value) ? value.join(' ') : (value as Cell);
  }
  return use;
}
