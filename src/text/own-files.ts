import { stringify } from 'csv-stringify/sync';
import { CLIENT_FIELDS, OWN_FIELD_NAMES } from '../registry/own/own-fields.ts';
import { callName, isOneWord, WIDEST_EXPANDED_RANGE } from '../registry/report/port-name.ts';
import type { Association } from '../registry/rows/association.ts';
import type { FieldKind, FieldKindName } from '../registry/values/field-kinds.ts';
import { spanWidth } from '../registry/values/port-range.ts';
import type { Reference } from '../registry/values/reference.ts';

const COLUMNS = ['id', ...OWN_FIELD_NAMES];

/** The writers of cells of the kinds of fields that are not texts or numbers. */
const CELLS: { readonly [Kind in FieldKindName]?: (value: never) => string } = {
  protocolList: (protocols: readonly string[]) => protocols.join('|'),
  wordList: (words: readonly string[]) => listCell(words, '|', (word) => word),
  referenceList: (references: readonly Reference[]) => listCell(references, ' | ', referenceText),
};

/**
 * Renders own entries as CSV. `own import` restores any content from it.
 *
 * @param entries - The entries.
 * @param header - True to begin with the names of the columns.
 */
export function ownCsv(entries: readonly Association[], header = true): string {
  const rows = entries.map((entry) => {
    const cells = CLIENT_FIELDS.map(([name, { kind }]) => [name, guard(toCell(kind, entry[name]))]);
    return { ...Object.fromEntries(cells), id: entry.id };
  });
  return stringify(rows, { header, columns: COLUMNS, quoted_match: /[\r\n]/ });
}

/**
 * Renders own entries as JSON, one in each line.
 *
 * @param entries - The entries.
 */
export function ownJson(entries: readonly Association[]): string {
  return `[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`;
}

/**
 * Renders own entries as services(5): one line for each port and protocol, with the other names that are
 * one word as aliases. Ranges of more than 256 ports are left out,
 * as the format has no ranges; a comment in the first line has the number of these entries.
 *
 * @param entries - The entries.
 */
export function ownServices(entries: readonly Association[]): string {
  const narrow = entries.filter((entry) => spanWidth(entry) < WIDEST_EXPANDED_RANGE);
  const wide = entries.length - narrow.length;
  const omittedComment = `# Left out: ${wide} ${wide === 1 ? 'entry' : 'entries'} of more than ${WIDEST_EXPANDED_RANGE} ports; CSV and JSON have all entries\n`;
  const lines = narrow
    .flatMap((entry) => {
      const about = (entry.note ?? entry.usedBy ?? entry.name).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
      const ports = Array.from({ length: spanWidth(entry) + 1 }, (_, index) => entry.firstPort + index);
      const places = ports.flatMap((port) => entry.protocols.map((protocol) => `${port}/${protocol}`));
      const aliases = entry.otherNames.filter(isOneWord).map((name) => ` ${name}`);
      return places.map((place) => `${callName(entry).padEnd(15)} ${place}${aliases.join('')}\t# ${about}\n`);
    })
    .join('');
  return wide === 0 ? lines : omittedComment + lines;
}

function toCell(kind: FieldKind<unknown>, value: unknown): unknown {
  const write = CELLS[kind.name];
  return write === undefined ? value : write(value as never);
}

/** Joins the elements with a separator; uses JSON for the whole list if an element would not be parsed back. */
function listCell<Item>(items: readonly Item[], separator: string, write: (item: Item) => string | null): string {
  const texts = items.map(write);
  const isPlain = texts.every((text) => text !== null && text.trim() === text && !/[|,;[\]]/.test(text));
  return isPlain ? texts.join(separator) : JSON.stringify(items);
}

function referenceText({ title, url }: Reference): string | null {
  if (/[<>]/.test(title)) return null;
  return url === null ? title : `${title} <${url}>`;
}

/**
 * Puts an apostrophe before a cell that begins like a formula, also after apostrophes, so that the import can undo it.
 */
function guard(cell: unknown): unknown {
  return typeof cell === 'string' ? cell.replace(/^(?='*[=+\-@\t\r])/, "'") : cell;
}
