import { parse } from 'csv-parse/sync';
import type { OwnEntry } from '../registry/own/own-fields.ts';
import { CLIENT_FIELDS, OWN_FIELD_NAMES, OWN_FIELDS } from '../registry/own/own-fields.ts';
import type { FieldKindName } from '../registry/values/field-kinds.ts';
import { nearest } from '../registry/values/nearest.ts';
import { quoteInput } from '../registry/values/registry-error.ts';
import { failAt, parseCsv, type SourceFile } from './csv-table.ts';
import type { RawOwnRow } from './own-row.ts';

/** The columns of a table of own entries, in any order. */
const COLUMNS: readonly string[] = ['id', ...OWN_FIELD_NAMES];

/** The parser of a cell. Invalid cells stay as they are: the check of the entry refuses them. */
type CellParser = (cell: string) => unknown;

/** The parsers of the kinds of fields that are not texts. */
const PARSERS: { readonly [Kind in FieldKindName]?: CellParser } = {
  port: toNumber,
  protocolList: (cell) => cell.split(/[|,\s]+/).filter((word) => word !== ''),
  wordList: (cell) => toList(cell, '|', (word) => word),
  referenceList: (cell) => toList(cell, ' | ', toReference),
};

/** The parser of each field. */
const CELLS = new Map<string, CellParser | undefined>(
  CLIENT_FIELDS.map(([name, { kind }]) => [name, PARSERS[kind.name]]),
);

/**
 * Parses a table of own entries. The header names the columns, in any order. An empty cell stands for the default. Lists
 * are separated by `|`, or are JSON.
 *
 * @param file - The file.
 * @throws {RegistryError} `invalid_argument`, with file and line, for an invalid header or record.
 */
export async function parseOwnCsv(file: SourceFile): Promise<RawOwnRow[]> {
  const header = parseHeader(file);
  const rows: RawOwnRow[] = [];
  const headers = header.map((name) => [name]);
  for await (const { line, cells } of parseCsv(file, headers)) {
    const texts = header.map((name, index) => [name, withoutGuard(cells[index] ?? '')] as const);
    const fields = texts
      .filter(
        ([name, text]) => name !== 'id' && (text !== '' || OWN_FIELDS[name as keyof OwnEntry].fallback !== undefined),
      )
      .map(([name, text]) => [name, text === '' ? null : (CELLS.get(name)?.(text) ?? text)]);
    rows.push({
      id: texts.find(([name]) => name === 'id')?.[1] || null,
      fields: Object.fromEntries(fields),
      initial: {},
      locate: (field) =>
        field !== undefined && header.includes(field) ? `line ${line}, column ${quoteInput(field)}` : `line ${line}`,
    });
  }
  return rows;
}

function parseHeader(file: SourceFile): string[] {
  let header: string[] = [];
  try {
    [header = []] = parse(file.bytes, { bom: true, to: 1, relax_column_count: true }) as string[][];
  } catch {
    // `parseCsv` parses the whole table later and throws the error with its line.
  }
  for (const [index, name] of header.entries()) {
    const [meant] = nearest(name, COLUMNS, 1);
    const hint = meant === undefined ? `expected one of ${COLUMNS.join(', ')}` : `did you mean ${meant}?`;
    if (!COLUMNS.includes(name)) failAt(file, 1, `unknown column ${quoteInput(name)}: ${hint}`);
    if (header.indexOf(name) !== index) failAt(file, 1, `expected column ${quoteInput(name)} once`);
  }
  return header.length === 0 ? ['name', 'firstPort'] : header;
}

/** Removes the apostrophe that the CSV export puts before a formula, so that spreadsheets do not run it. */
function withoutGuard(cell: string): string {
  return cell.replace(/^'(?='*[=+\-@\t\r])/, '');
}

function toNumber(cell: string): unknown {
  return /^\d{1,5}$/.test(cell) ? Number(cell) : cell;
}

function toList(cell: string, separator: string, parseItem: (text: string) => unknown): unknown {
  if (!cell.startsWith('[')) return cell.split(separator).map(parseItem);
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}

/** Parses `Title <https://…>`, or a title alone. */
function toReference(text: string): unknown {
  const [, title, url] = /^(.+) <([^<>]+)>$/.exec(text) ?? [];
  return title === undefined ? { title: text, url: null } : { title, url };
}
