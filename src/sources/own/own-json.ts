import { SERVER_FIELD_NAMES } from '../../registry/own/own-fields.ts';
import { quoteValue } from '../../registry/values/registry-error.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import { findItems, findMember, type JsonItem } from '../json-items.ts';
import type { FileFaults } from './file-faults.ts';
import type { AddRow, RawOwnRow } from './own-row.ts';
import { findSyntaxFault } from './syntax-fault.ts';

/** The list of entries. It has five levels of nesting. */
const ENTRIES = { name: 'results', levels: 1, deepest: 32, most: Number.POSITIVE_INFINITY };

/** The longest text of one entry, in characters. The longest valid one has about 100,000. */
const LONGEST_ENTRY = 512 * 1024;

/** The longest text around the entries, in characters: the other members of a list. */
const LONGEST_FRAME = 64 * 1024;

/** The entries that one step parses. */
const STEP_ENTRIES = 100;

/**
 * Parses a JSON array of own entries, or a list as `GET /associations` returns it.
 *
 * @param text - The content.
 * @param faults - Receives the faults.
 * @param add - Receives the rows.
 * @param run - Runs the steps. The first one finds the entries.
 * @throws {RegistryError} `invalid_argument`, with line and column, for anything else.
 */
export async function parseOwnJson(text: string, faults: FileFaults, add: AddRow, run: RunStep): Promise<void> {
  const found = await run(() => findItems(text, ENTRIES));
  if (found !== null && 'expected' in found) faults.stop(found.line, found.expected);
  if (found === null || !isList(found.frame, found.items.length)) return refuse(text, faults, run);
  for (let first = 0; first < found.items.length; first += STEP_ENTRIES) {
    const items = found.items.slice(first, first + STEP_ENTRIES);
    const isValid = await run(() => items.every((item) => addItem(text, item, faults, add)));
    if (!isValid) await refuse(text, faults, run);
  }
}

function isList(frame: string, count: number): boolean {
  if (frame.length > LONGEST_FRAME + 2 * count) return false;
  try {
    const content: unknown = JSON.parse(frame);
    const list = Array.isArray(content) ? content : (content as { readonly results?: unknown }).results;
    return Array.isArray(list) && list.length === count;
  } catch {
    return false;
  }
}

async function refuse(text: string, faults: FileFaults, run: RunStep): Promise<never> {
  const at = await findSyntaxFault(text, run);
  if (at === null) return faults.stop(1, 'expected a JSON array of entries');
  return faults.stop(placeOf(text, at), 'expected JSON');
}

/** Returns the line and the column of a position, both from 1. The line of an earlier position saves counting from the start. */
function placeOf(text: string, at: number, from = 0, fromLine = 1): string {
  const line = fromLine + text.slice(from, at).split('\n').length - 1;
  return `line ${line}, column ${at - text.lastIndexOf('\n', at - 1)}`;
}

/** Adds the row of an entry, or its fault. Returns false if it is no JSON. */
function addItem(text: string, item: JsonItem, faults: FileFaults, add: AddRow): boolean {
  const locate = (field?: string): string => {
    const at = field === undefined ? undefined : findMember(text, item, field);
    return placeOf(text, at ?? item.start, item.start, item.line);
  };
  if (item.end - item.start > LONGEST_ENTRY) {
    faults.add(locate, `expected an entry of at most ${LONGEST_ENTRY} characters`);
    return true;
  }
  const value = parseValue(text.slice(item.start, item.end));
  if (value === undefined) return false;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    faults.add(locate, `expected an object, got ${quoteValue(value)}`);
  else add(toRow(value, item.line, locate));
  return true;
}

function toRow(value: object, line: number, locate: RawOwnRow['locate']): RawOwnRow {
  const { id } = value as { readonly id?: unknown };
  // An export has the fields that the server sets; an import ignores them.
  const fields = Object.entries(value).filter(([name]) => !SERVER_FIELD_NAMES.includes(name));
  return {
    line,
    id: typeof id === 'string' ? id : null,
    fields: Object.fromEntries(fields),
    initial: {},
    expected: new Map(),
    locate,
  };
}

/** Returns undefined for a text that is no JSON. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
