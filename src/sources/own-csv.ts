import { parse } from 'csv-parse/sync';
import type { OwnEntry } from '../registry/own/own-fields.ts';
import { OWN_FIELD_NAMES, OWN_FIELDS } from '../registry/own/own-fields.ts';
import { nearest } from '../registry/values/nearest.ts';
import { quoteInput } from '../registry/values/registry-error.ts';
import { failAt, readCsv, type SourceFile } from './csv-table.ts';
import type { RawOwnRow } from './own-row.ts';

/** The columns that a table of own entries may have, in any order. */
const COLUMNS: readonly string[] = ['id', ...OWN_FIELD_NAMES];

/** How a cell that is not empty is read; a text else. What cannot be read is left for the check of the entry. */
const CELLS: Readonly<Record<string, (cell: string) => unknown>> = {
  firstPort: toNumber,
  lastPort: toNumber,
  protocols: (cell) => cell.split(/[|,\s]+/).filter((word) => word !== ''),
  tags: (cell) => toList(cell, '|', (tag) => tag),
  sources: (cell) => toList(cell, ' | ', toReference),
};

/**
 * Reads a table of own entries. Its header names the columns that it has, in any order; an empty cell stands for the
 * default. Lists are written with `|` between, or as JSON.
 *
 * @param file - The file.
 * @throws {RegistryError} `invalid_argument`, with file and line, for a header or a record that is not as expected.
 */
export async function readOwnCsv(file: SourceFile): Promise<RawOwnRow[]> {
  const header = readHeader(file);
  const rows: RawOwnRow[] = [];
  const headers = header.map((name) => [name]);
  for await (const { line, cells } of readCsv(file, headers)) {
    const texts = header.map((name, index) => [name, withoutGuard(cells[index] ?? '')] as const);
    const fields = texts
      .filter(
        ([name, text]) => name !== 'id' && (text !== '' || OWN_FIELDS[name as keyof OwnEntry].fallback !== undefined),
      )
      .map(([name, text]) => [name, text === '' ? null : (CELLS[name]?.(text) ?? text)]);
    rows.push({
      id: texts.find(([name]) => name === 'id')?.[1] || null,
      fields: Object.fromEntries(fields),
      initial: {},
      place: (field) =>
        field !== undefined && header.includes(field) ? `line ${line}, column ${quoteInput(field)}` : `line ${line}`,
    });
  }
  return rows;
}

function readHeader(file: SourceFile): string[] {
  let header: string[] = [];
  try {
    [header = []] = parse(file.bytes, { bom: true, to: 1, relax_column_count: true }) as string[][];
  } catch {
    // The table is read once more as a whole, and what is wrong with it is told then.
  }
  for (const [index, name] of header.entries()) {
    const [meant] = nearest(name, COLUMNS, 1);
    const hint = meant === undefined ? `expected one of ${COLUMNS.join(', ')}` : `did you mean ${meant}?`;
    if (!COLUMNS.includes(name)) failAt(file, 1, `unknown column ${quoteInput(name)}: ${hint}`);
    if (header.indexOf(name) !== index) failAt(file, 1, `expected column ${quoteInput(name)} once`);
  }
  return header.length === 0 ? ['name', 'firstPort'] : header;
}

/** What the table of spreadsheets leads by an apostrophe, so that it is not run as a formula. */
function withoutGuard(cell: string): string {
  return cell.replace(/^'(?='*[=+\-@\t\r])/, '');
}

function toNumber(cell: string): unknown {
  return /^\d{1,5}$/.test(cell) ? Number(cell) : cell;
}

function toList(cell: string, separator: string, read: (text: string) => unknown): unknown {
  if (!cell.startsWith('[')) return cell.split(separator).map(read);
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}

/** `Title <https://…>`, or a title alone. */
function toReference(text: string): unknown {
  const [, title, url] = /^(.+) <([^<>]+)>$/.exec(text) ?? [];
  return title === undefined ? { title: text, url: null } : { title, url };
}
