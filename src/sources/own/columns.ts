import { CLIENT_FIELDS, OWN_FIELD_NAMES, type OwnEntry, SERVER_FIELD_NAMES } from '../../registry/own/own-fields.ts';
import { nearest } from '../../registry/values/nearest.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import type { FileFaults } from './file-faults.ts';

/** A field that a column of a table can have. */
export type ColumnField = 'id' | keyof OwnEntry;

/** The target of a mapping that leaves the column out. */
const IGNORE = '-';

/** The fields of columns. */
const FIELDS: readonly ColumnField[] = ['id', ...OWN_FIELD_NAMES];

/** The usual headers of each field besides its name and its label, as `fold` returns them. */
const USUAL_HEADERS: Partial<Readonly<Record<ColumnField, readonly string[]>>> = {
  name: ['service', 'servicename', 'app', 'appname', 'application', 'title'],
  usedBy: ['product', 'vendor'],
  firstPort: ['port', 'ports', 'portnumber', 'portnumbers', 'portrange', 'fromport', 'startport'],
  lastPort: ['toport', 'endport'],
  protocols: ['proto', 'protos', 'transport', 'transportprotocol', 'l4', 'l4protocol'],
  note: ['notes', 'description', 'desc', 'comment', 'comments', 'remark', 'remarks'],
  sources: ['source', 'references', 'reference'],
  owner: ['owners', 'team', 'teams', 'ownedby', 'department', 'responsible'],
  contact: ['contacts', 'contactperson', 'email', 'mail'],
  environment: ['env', 'environments', 'stage'],
  link: ['links', 'url', 'wiki', 'documentation', 'docs', 'page'],
  tags: ['tag', 'labels', 'label', 'keywords'],
  otherNames: ['othername', 'aliases', 'alias'],
};

/** The field of each known header, as `fold` returns it; null for a field that the server sets, which imports ignore. */
const HEADERS: ReadonlyMap<string, ColumnField | null> = new Map<string, ColumnField | null>([
  ...SERVER_FIELD_NAMES.map((name) => [fold(name), null] as const),
  ...Object.entries(USUAL_HEADERS).flatMap(([field, names]) =>
    names.map((name) => [name, field as ColumnField] as const),
  ),
  ...CLIENT_FIELDS.flatMap(([name, { label }]) => [fold(label), fold(name)].map((header) => [header, name] as const)),
  ['id', 'id'],
]);

/** How columns become fields. */
export interface ColumnOptions {
  /** The field of a column by its header, as `fold` returns it; null leaves the column out. */
  readonly map: ReadonlyMap<string, ColumnField | null>;
  /** Whether columns with an unknown header are left out. */
  readonly ignoreUnknown: boolean;
}

/** A column that is imported. */
export interface Column {
  readonly index: number;
  readonly header: string;
  readonly field: ColumnField;
}

/** Returns a header in lower case, with letters and digits alone. */
function fold(header: string): string {
  return header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Parses mappings of columns.
 *
 * @param texts - Each such as `Team=owner`, or several separated by commas. `Comment=-` leaves the column out.
 * @throws {RegistryError} `invalid_argument` with the parameter `map`.
 */
export function parseColumnMap(texts: readonly string[]): ColumnOptions['map'] {
  const map = new Map<string, ColumnField | null>();
  for (const text of texts.flatMap((list) => list.split(','))) {
    const at = text.lastIndexOf('=');
    const header = fold(text.slice(0, Math.max(at, 0)));
    const name = text.slice(at + 1).trim();
    const field = FIELDS.find((known) => known === name);
    const refuse = (expected: string): never => {
      const message = `Cannot map a column with ${quoteInput(text)}: ${expected}`;
      throw new RegistryError('invalid_argument', message, { parameter: 'map' });
    };
    if (header === '') refuse('expected a header and a field, such as Team=owner');
    if (field === undefined && name !== IGNORE) {
      const [meant] = nearest(name, FIELDS, 1);
      refuse(meant === undefined ? `expected one of the fields ${FIELDS.join(', ')}` : `did you mean ${meant}?`);
    }
    map.set(header, field ?? null);
  }
  return map;
}

/**
 * Counts the headers that are known. The separator of a table is the one with the most of them.
 *
 * @param headers - The cells of the first line.
 * @param options - The mappings.
 */
export function countKnown(headers: readonly string[], { map }: ColumnOptions): number {
  return headers.map(fold).filter((header) => map.has(header) || HEADERS.has(header)).length;
}

/**
 * Finds the fields of the columns.
 *
 * @param headers - The cells of the first line.
 * @param options - The mappings.
 * @param faults - Receives the faults: unknown headers, two columns of one field, a missing name or port.
 */
export function resolveColumns(headers: readonly string[], options: ColumnOptions, faults: FileFaults): Column[] {
  const { map, ignoreUnknown } = options;
  const columns = new Map<ColumnField, Column>();
  const add = (detail: string): void => faults.add(() => 'line 1', detail);
  const folded = headers.map(fold);
  for (const [index, header] of headers.entries()) {
    const key = folded[index] ?? '';
    const field = map.has(key) ? map.get(key) : HEADERS.get(key);
    const other = field == null ? undefined : columns.get(field);
    if (field === undefined && header.trim() !== '' && !ignoreUnknown) add(unknownColumn(header));
    if (other?.header === header) add(`expected column ${quoteInput(header)} once`);
    else if (other !== undefined)
      add(`expected one column for ${field}, got ${quoteInput(other.header)} and ${quoteInput(header)}`);
    else if (field != null) columns.set(field, { index, header, field });
  }
  for (const header of map.keys())
    if (!folded.includes(header)) add(`expected a column ${quoteInput(header)}, which is mapped to a field`);
  for (const [field, usual] of [
    ['name', 'Service'],
    ['firstPort', 'Port'],
  ] as const)
    if (!columns.has(field)) add(`expected a column for ${field}, such as ${quoteInput(usual)}`);
  return [...columns.values()];
}

function unknownColumn(header: string): string {
  const unknown = `unknown column ${quoteInput(header)}`;
  const [meant] = nearest(header, [...FIELDS, ...HEADERS.keys()], 1);
  if (meant !== undefined) return `${unknown}: did you mean ${meant}?`;
  return `${unknown}: map it to one of ${FIELDS.join(', ')}, or ignore unknown columns`;
}
