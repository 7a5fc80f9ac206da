import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { AssignmentCells } from '../registry/rows/assignment.ts';
import { quoteInput } from '../registry/values/registry-error.ts';
import { checkText, failAt, type SourceFile } from './csv-table.ts';
import { type IanaRow, toIanaRow } from './iana-row.ts';

/** The id of the registry among all those of IANA. */
const REGISTRY = 'service-names-port-numbers';

/** How much is parsed at a time, in characters. */
const CHUNK = 64 * 1024;

/** The elements of a record whose text is a cell. */
const TEXT_CELLS: Readonly<Record<string, keyof AssignmentCells>> = {
  name: 'serviceName',
  number: 'portNumber',
  protocol: 'transportProtocol',
  description: 'description',
  sc: 'serviceCode',
  unauthorized: 'unauthorizedUseReported',
  note: 'assignmentNotes',
};

/** A record as far as it was read. */
interface Draft {
  readonly line: number;
  readonly texts: Partial<Record<keyof AssignmentCells, string>>;
  readonly date: string;
  readonly updated: string;
  /** Whom IANA names, by the element in which: `record` is the record itself. */
  readonly people: { record: string; assignee: string; contact: string };
  references: string;
}

/** What is met on the way through the file. */
interface Met {
  /** Is told the day on which IANA changed the registry last, `YYYY-MM-DD`. */
  readonly updated: (date: string) => void;
}

/**
 * Reads IANA's XML of the registry, record by record in the order of the file. The cells are those that IANA's own CSV
 * has: references and people in brackets; who is no assignee by name is contact and assignee.
 *
 * @param file - The file.
 * @param met - Is told of what is no row.
 * @throws {RegistryError} `invalid_argument`, with file and line, where it is not well-formed, another registry, or at the
 *   first row that is not as IANA writes it.
 */
export async function* readIanaXml(file: SourceFile, met: Met): AsyncGenerator<IanaRow> {
  checkText(file);
  const rows: IanaRow[] = [];
  const parser = new SaxesParser();
  // What is open, the root first.
  const path: SaxesTagPlain[] = [];
  let draft: Draft | undefined;
  let text = '';
  let link: string | undefined;

  parser.on('error', (error) => {
    // "line:column: what is wrong."
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
    if (tag.name === 'updated' && path.length === 1) met.updated(text.trim());
    if (tag.name === 'xref') {
      const shown = `[${titleOf(tag, link ?? '')}]`;
      link = undefined;
      if (draft === undefined || parent === undefined) return;
      if (parent === 'record' && tag.attributes.type !== 'person') draft.references += shown;
      else if (parent === 'record' || parent === 'assignee' || parent === 'contact') draft.people[parent] += shown;
      else text += shown;
      return;
    }
    if (draft === undefined) return;
    const cell = parent === 'record' ? TEXT_CELLS[tag.name] : undefined;
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
  return {
    serviceName: texts.serviceName ?? '',
    portNumber: texts.portNumber ?? '',
    transportProtocol: texts.transportProtocol ?? '',
    description: texts.description ?? '',
    assignee: people.assignee || contact,
    contact,
    registrationDate: date,
    modificationDate: updated,
    reference: references,
    serviceCode: texts.serviceCode ?? '',
    unauthorizedUseReported: texts.unauthorizedUseReported ?? '',
    assignmentNotes: texts.assignmentNotes ?? '',
  };
}

/** What IANA shows of a reference: the words it has, or the name of the document or person. */
function titleOf({ attributes }: SaxesTagPlain, words: string): string {
  const { type = '', data = '' } = attributes as Readonly<Record<string, string>>;
  if (words.trim() !== '') return words.trim();
  return type === 'rfc' ? data.toUpperCase() : data;
}
