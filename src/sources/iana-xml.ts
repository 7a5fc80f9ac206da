import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { AssignmentCells } from '../registry/rows/assignment.ts';
import { EMPTY_CELLS } from '../registry/rows/cells.ts';
import { type CellName, IANA_COLUMNS } from '../registry/rows/iana-columns.ts';
import { quoteInput } from '../registry/values/registry-error.ts';
import { checkText, failAt, type SourceFile } from './csv-table.ts';
import { type IanaRow, toIanaRow } from './iana-row.ts';

/** The id of the port registry among IANA's registries. */
const REGISTRY = 'service-names-port-numbers';

/** The size of the chunks for the parser, in characters. */
const CHUNK = 64 * 1024;

/** The elements of a record whose text is a cell, with the cells. */
const TEXT_CELLS: ReadonlyMap<string, CellName> = new Map(
  IANA_COLUMNS.flatMap((column) => ('element' in column ? [[column.element, column.key]] : [])),
);

/** A partly parsed record. */
interface Draft {
  readonly line: number;
  readonly texts: Partial<Record<CellName, string>>;
  readonly date: string;
  readonly updated: string;
  /** The keys of people, by their parent element; `record` for those outside of both other elements. */
  readonly people: { record: string; assignee: string; contact: string };
  references: string;
}

/** Callbacks for the elements of the file that are not rows. */
interface XmlEvents {
  /** Receives the day of IANA's last change of the registry, `YYYY-MM-DD`. */
  readonly updated: (date: string) => void;
}

/**
 * Parses IANA's XML of the registry, record by record in the order of the file. The cells are those of IANA's own CSV:
 * references and people in brackets; people outside of an assignee element are both contact and assignee.
 *
 * @param file - The file.
 * @param events - Callbacks for other elements.
 * @throws {RegistryError} `invalid_argument`, with file and line, for XML that is not well-formed, for another
 *   registry, and at the first row that does not have IANA's format.
 */
export async function* parseIanaXml(file: SourceFile, events: XmlEvents): AsyncGenerator<IanaRow> {
  checkText(file);
  const rows: IanaRow[] = [];
  const parser = new SaxesParser();
  // The open elements, the root first.
  const path: SaxesTagPlain[] = [];
  let draft: Draft | undefined;
  let text = '';
  let link: string | undefined;

  parser.on('error', (error) => {
    // The message of saxes has the form "line:column: message."
    failAt(file, parser.line, `expected well-formed XML, got ${error.message.replace(/^\d+:\d+: |\.$/g, '')}`);
  });
  parser.on('opentag', (tag) => {
    if (path.length === 0) checkRoot(file, parser.line, tag);
    const parent = path.at(-1)?.name;
    path.push(tag);
    const { name, attributes } = tag;
    if (name === 'record') draft = newDraft(parser.line, attributes);
    else if (name === 'br') text += '\n';
    else if (name === 'xref') link = '';
    else if (parent === 'record' || path.length === 2) text = '';
  });
  parser.on('text', (piece) => {
    if (link === undefined) text += piece;
    else link += piece;
  });
  parser.on('cdata', (piece) => {
    text += piece;
  });
  parser.on('closetag', (tag) => {
    path.pop();
    const parent = path.at(-1)?.name;
    if (tag.name === 'updated' && path.length === 1) events.updated(text.trim());
    if (tag.name === 'xref') {
      const reference = `[${titleOf(tag, link ?? '')}]`;
      link = undefined;
      if (draft === undefined || parent === undefined) return;
      if (parent === 'record' && tag.attributes.type !== 'person') draft.references += reference;
      else if (parent === 'record' || parent === 'assignee' || parent === 'contact') draft.people[parent] += reference;
      else text += reference;
      return;
    }
    if (draft === undefined) return;
    const cell = parent === 'record' ? TEXT_CELLS.get(tag.name) : undefined;
    if (cell !== undefined) {
      const before = draft.texts[cell];
      draft.texts[cell] = before === undefined ? text.trim() : `${before}\n${text.trim()}`;
    } else if (tag.name === 'record') {
      rows.push(toIanaRow(file, draft.line, toCells(draft)));
      draft = undefined;
    }
  });

  const content = file.bytes.toString('utf8');
  for (let start = 0; start < content.length; start += CHUNK) {
    parser.write(content.slice(start, start + CHUNK));
    yield* rows.splice(0);
  }
  parser.close();
  yield* rows.splice(0);
}

function checkRoot(file: SourceFile, line: number, { name, attributes }: SaxesTagPlain): void {
  if (name === 'registry' && attributes.id === REGISTRY) return;
  const got = name === 'registry' ? `the registry ${quoteInput(attributes.id ?? '')}` : `<${name}>`;
  failAt(file, line, `expected IANA's registry "${REGISTRY}", got ${got}`);
}

function newDraft(line: number, { date = '', updated = '' }: Readonly<Record<string, string>>): Draft {
  return { line, texts: {}, date, updated, people: { record: '', assignee: '', contact: '' }, references: '' };
}

function toCells({ texts, people, references, date, updated }: Draft): AssignmentCells {
  const contact = people.contact || people.record;
  const dates = { registrationDate: date, modificationDate: updated };
  return { ...EMPTY_CELLS, ...texts, assignee: people.assignee || contact, contact, ...dates, reference: references };
}

/** Returns the key that IANA's CSV has for a reference: its text, or the name of the document or person. */
function titleOf({ attributes }: SaxesTagPlain, text: string): string {
  const { type = '', data = '' } = attributes as Readonly<Record<string, string>>;
  if (text.trim() !== '') return text.trim();
  return type === 'rfc' ? data.toUpperCase() : data;
}
