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
}

/**
 * Finds the elements of an array, so that they can be parsed one by one: of the text itself, or of a member.
 *
 * @param text - Any text.
 * @param list - The list.
 * @returns Null if there is no such array, or the line that is too deep.
 */
export function findItems(
  text: string,
  { name, levels, deepest }: JsonList,
): JsonItems | { readonly tooDeep: number } | null {
  const member = JSON.stringify(name);
  const items: JsonItem[] = [];
  let [depth, line, listDepth, listStart, itemStart] = [0, 1, 0, -1, -1];
  let stringStart = -1;
  let key = '';
  const endItem = (end: number): void => {
    const written = text.slice(itemStart, end);
    const start = itemStart + written.length - written.trimStart().length;
    items.push({ start, end: itemStart + written.trimEnd().length, line: lineOfItem });
  };
  let lineOfItem = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\n') line++;
    if (stringStart >= 0) {
      if (character === '\\') at++;
      else if (character === '"') {
        if (depth <= levels && listStart < 0) key = text.slice(stringStart, at + 1);
        stringStart = -1;
      }
      continue;
    }
    if (depth === listDepth && listStart >= 0 && lineOfItem === 0 && !isBlank(character)) lineOfItem = line;
    if (character === '"') stringStart = at;
    else if (character === '[' || character === '{') {
      const isList = character === '[' && (depth === 0 || (depth <= levels && key === member));
      if (++depth > deepest) return { tooDeep: line };
      if (listStart >= 0 || !isList) continue;
      [listDepth, listStart, itemStart] = [depth, at, at + 1];
    } else if (depth === listDepth && listStart >= 0 && (character === ',' || character === ']')) {
      const isEmpty = character === ']' && items.length === 0 && text.slice(itemStart, at).trim() === '';
      if (!isEmpty) endItem(at);
      [itemStart, lineOfItem] = [at + 1, 0];
      if (character === ']') return { items, frame: frameOf(text, listStart, at, items) };
    } else if (character === ']' || character === '}') depth--;
  }
  return null;
}

/** A missing element stays missing, so that the frame is no JSON either. */
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
  let [depth, stringStart] = [0, -1];
  let key = '';
  let found: number | undefined;
  for (let at = start; at < end; at++) {
    const character = text[at];
    if (stringStart >= 0) {
      if (character === '\\') at++;
      else if (character === '"') {
        if (depth === 1) key = text.slice(stringStart, at + 1);
        stringStart = -1;
      }
    } else if (character === '"') stringStart = at;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else if (character === ':' && depth === 1 && JSON.parse(key) === name) {
      found = at + 1;
      while (isBlank(text[found])) found++;
    }
  }
  return found;
}
