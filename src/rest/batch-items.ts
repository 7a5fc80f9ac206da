import { readPortNumber } from '../registry/values/port-number.ts';
import { type PortQuery, readPortQuery } from '../registry/values/port-query.ts';
import { type Fault, quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import { readTransportProtocol, type TransportProtocol } from '../registry/values/transport-protocol.ts';

/** An item of a batch: the ports it asks for, or why it cannot be read. */
export type BatchItem =
  | { readonly query: unknown; readonly ports: PortQuery }
  | { readonly query: unknown; readonly fault: Fault };

/**
 * The longest item, in characters: a longer one is not read, and its result shows only its beginning. Each result repeats
 * its item, so that an item of 1 MB over 65,536 ports would give 65 GB.
 */
const LONGEST_ITEM = 200;

/**
 * Yields the items of a batch that came as text: one port, `443/tcp` or `6000-6002` a line.
 *
 * @param text - The body.
 * @returns One element a line; null for a line that is empty or only a comment, which begins with `#`.
 */
export function* textItems(text: string): Generator<BatchItem | null> {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  for (let start = 0; start <= lines.length; ) {
    const lineFeed = lines.indexOf('\n', start);
    const end = lineFeed < 0 ? lines.length : lineFeed;
    yield readLine(lines.slice(start, end));
    start = end + 1;
  }
}

function readLine(line: string): BatchItem | null {
  const comment = line.indexOf('#');
  const query = (comment < 0 ? line : line.slice(0, comment)).trim();
  if (query === '') return null;
  return query.length > LONGEST_ITEM ? tooLong(query) : toItem(query, readPortQuery(query, 'query'));
}

/**
 * Yields the items of a batch that came as JSON: an array of `80`, `"80"`, `"443/tcp"`, `"6000-6002"` or
 * `{"number": 443, "protocol": "tcp"}`. It parses one item at a time: an array of a million objects takes no more memory
 * than its text.
 *
 * @param text - The body.
 * @throws {RegistryError} `invalid_argument` when it is no array, or no JSON.
 */
export function* jsonItems(text: string): Generator<BatchItem> {
  const start = afterBlanks(text, 0);
  if (text[start] !== '[') {
    throw new RegistryError(
      'invalid_argument',
      'Cannot read the body: expected a JSON array such as [80, "443/tcp", "6000-6002"]',
    );
  }
  let at = afterBlanks(text, start + 1);
  let isOpen = text[at] !== ']';
  while (isOpen) {
    const end = endOfItem(text, at);
    yield readJson(text.slice(at, end).trim());
    isOpen = text[end] === ',';
    at = isOpen ? end + 1 : end;
  }
  if (text[at] !== ']' || afterBlanks(text, at + 1) < text.length) throw notJson();
}

/** Returns where an item of an array ends: at the comma or bracket behind it, or at the end of the text. */
function endOfItem(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === '[' || character === '{') depth++;
    else if (depth === 0 && (character === ',' || character === ']')) return at;
    else if (character === ']' || character === '}') depth--;
  }
  return text.length;
}

/** Returns the place of the quotation mark that ends the string which begins at a place. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** Returns the place of the first character, from a place on, that JSON does not pass over. */
function afterBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return at;
}

function readJson(text: string): BatchItem {
  if (text.length > LONGEST_ITEM) return tooLong(text);
  const query = parseJson(text);
  return toItem(query, readQuery(query));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson();
  }
}

function notJson(): RegistryError {
  return new RegistryError('invalid_argument', 'Cannot parse the body: expected JSON');
}

function toItem(query: unknown, read: PortQuery | Fault): BatchItem {
  return 'detail' in read ? { query, fault: read } : { query, ports: read };
}

function tooLong(text: string): BatchItem {
  const detail = `Cannot parse query ${quoteInput(text)}: expected at most ${LONGEST_ITEM} characters`;
  return { query: `${text.slice(0, LONGEST_ITEM)}…`, fault: { parameter: 'query', detail } };
}

function readQuery(query: unknown): PortQuery | Fault {
  if (typeof query === 'string') return readPortQuery(query, 'query');
  if (typeof query === 'number') return singlePort(query, null);
  if (typeof query === 'object' && query !== null && 'number' in query) {
    const { number, protocol = null, ...rest } = query as Record<string, unknown>;
    const isWord = protocol === null || typeof protocol === 'string';
    if (typeof number === 'number' && isWord && Object.keys(rest).length === 0) {
      const read = protocol === null ? null : readTransportProtocol(protocol, 'protocol');
      return read !== null && typeof read !== 'string' ? read : singlePort(number, read);
    }
  }
  const expected = 'expected 80, "443/tcp", "6000-6002" or {"number": 443, "protocol": "tcp"}';
  return { parameter: 'query', detail: `Cannot parse query ${quoteInput(JSON.stringify(query))}: ${expected}` };
}

function singlePort(number: number, protocol: TransportProtocol | null): PortQuery | Fault {
  const port = readPortNumber(String(number), 'query');
  return typeof port === 'number' ? { firstPort: port, lastPort: port, protocol } : port;
}
