/** An element of a list in a text of JSON. */
export interface JsonItem {
  /** The position of its first character. */
  readonly start: number;
  /** The position after its last character. */
  readonly end: number;
  /** Its first line, from 1. */
  readonly line: number;
}

/** The elements of a list, and the text around them. */
export interface JsonItems {
  readonly items: readonly JsonItem[];
  /** The text with a 0 for each element: it is valid JSON if the whole text is, apart from the elements. */
  readonly frame: string;
}

/** The list whose elements are found. */
export interface JsonList {
  /** The name of the member that has the list. A text that is an array is the list itself. */
  readonly name: string;
  /** The most levels of objects around the list. */
  readonly levels: number;
  /** The most levels of nesting before and inside the list. */
  readonly deepest: number;
  /** The most elements. */
  readonly most: number;
}

/** Why the elements of a list were not found. */
export interface ListFault {
  /** The line that is too deep, or has one element too many. */
  readonly line: number;
  /** What was expected. */
  readonly expected: string;
}

/** Codes of characters: comparing numbers is faster than comparing strings of one character. */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const COMMA = 0x2c;
const COLON = 0x3a;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Finds the elements of an array, so that they can be parsed one by one: of the text itself, or of a member.
 *
 * @param text - Any text.
 * @param list - The list.
 * @returns Null if there is no such array.
 */
export function findItems(text: string, { name, levels, deepest, most }: JsonList): JsonItems | ListFault | null {
  const items: JsonItem[] = [];
  const member = JSON.stringify(name);
  let [depth, line, listDepth, listStart, itemStart, lineOfItem] = [0, 1, 0, -1, -1, 0];
  let key = '';
  const endItem = (end: number): void => {
    const written = text.slice(itemStart, end);
    const start = itemStart + written.length - written.trimStart().length;
    items.push({ start, end: itemStart + written.trimEnd().length, line: lineOfItem });
  };
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED) line++;
    if (code <= 0x20) continue;
    const isInList = listStart >= 0 && depth === listDepth;
    if (isInList && lineOfItem === 0) lineOfItem = line;
    if (code === QUOTE) {
      const end = endOfString(text, at);
      if (listStart < 0 && depth <= levels) key = text.slice(at, end + 1);
      at = end;
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      const isList = code === OPEN_LIST && (depth === 0 || (depth <= levels && key === member));
      if (++depth > deepest) return { line, expected: `expected JSON of at most ${deepest} levels` };
      if (listStart >= 0 || !isList) continue;
      [listDepth, listStart, itemStart] = [depth, at, at + 1];
    } else if (isInList && (code === COMMA || code === CLOSE_LIST)) {
      const isEmpty = code === CLOSE_LIST && items.length === 0 && text.slice(itemStart, at).trim() === '';
      if (!isEmpty) endItem(at);
      if (items.length > most) return { line, expected: `expected at most ${most} elements` };
      [itemStart, lineOfItem] = [at + 1, 0];
      if (code === CLOSE_LIST) return { items, frame: frameOf(text, listStart, at, items) };
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
  }
  return null;
}

/** Returns the position of the quotation mark that ends the string at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** Returns the text around the elements. A missing element stays missing, so that the text is no JSON either. */
function frameOf(text: string, listStart: number, listEnd: number, items: readonly JsonItem[]): string {
  const inside = items.map(({ start, end }) => (start < end ? '0' : '')).join(',');
  return text.slice(0, listStart + 1) + inside + text.slice(listEnd);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\r' || character === '\t';
}

/**
 * Finds the value of a member of an object.
 *
 * @param text - A text of JSON.
 * @param item - The object.
 * @param name - The name of the member.
 * @returns The position of the value; of several members of this name, that of the last, which counts. Undefined for none.
 */
export function findMember(text: string, { start, end }: JsonItem, name: string): number | undefined {
  let depth = 0;
  let key = '';
  let found: number | undefined;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const last = endOfString(text, at);
      if (depth === 1) key = text.slice(at, last + 1);
      at = last;
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth--;
    else if (code === COLON && depth === 1 && JSON.parse(key) === name) {
      found = at + 1;
      while (isBlank(text[found])) found++;
    }
  }
  return found;
}
