import { tryParsePortNumber } from '../registry/values/port-number.ts';
import { type PortQuery, tryParsePortQuery } from '../registry/values/port-query.ts';
import { type Fault, quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import { type TransportProtocol, tryParseTransportProtocol } from '../registry/values/transport-protocol.ts';

/** An item of a batch: its ports, or its fault. */
export type BatchItem =
  | { readonly query: unknown; readonly ports: PortQuery }
  | { readonly query: unknown; readonly fault: Fault };

/**
 * The longest item, in characters. A longer item is a fault, and its result has only its beginning: each result repeats
 * its item, so that an item of 1 MB for 65,536 ports would result in 65 GB.
 */
const LONGEST_ITEM = 200;

/**
 * Yields the items of a batch in text: one port, `443/tcp` or `6000-6002` in each line.
 *
 * @param text - The body.
 * @returns One element for each line; null for an empty line or a comment, which begins with `#`.
 */
export function* textItems(text: string): Generator<BatchItem | null> {
  const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  for (let start = 0; start <= lines.length; ) {
    const lineFeed = lines.indexOf('\n', start);
    const end = lineFeed < 0 ? lines.length : lineFeed;
    yield parseLine(lines.slice(start, end));
    start = end + 1;
  }
}

function parseLine(line: string): BatchItem | null {
  const comment = line.indexOf('#');
  const query = (comment < 0 ? line : line.slice(0, comment)).trim();
  if (query === '') return null;
  return query.length > LONGEST_ITEM ? tooLong(query) : toItem(query, tryParsePortQuery(query, 'query'));
}

/**
 * Yields the items of a batch in JSON: an array of `80`, `"80"`, `"443/tcp"`, `"6000-6002"` or
 * `{"number": 443, "protocol": "tcp"}`. Items are parsed one at a time: an array of a million objects takes no more
 * memory than its text.
 *
 * @param text - The body.
 * @throws {RegistryError} `invalid_argument` when it is not an array or not JSON.
 */
export function* jsonItems(text: string): Generator<BatchItem> {
  const start = skipWhitespace(text, 0);
  if (text[start] !== '[') {
    throw new RegistryError(
      'invalid_argument',
      'Cannot read the body: expected a JSON array such as [80, "443/tcp", "6000-6002"]',
    );
  }
  let at = skipWhitespace(text, start + 1);
  let isOpen = text[at] !== ']';
  while (isOpen) {
    const end = endOfItem(text, at);
    yield parseJsonItem(text.slice(at, end).trim());
    isOpen = text[end] === ',';
    at = isOpen ? end + 1 : end;
  }
  if (text[at] !== ']' || skipWhitespace(text, at + 1) < text.length) throw notJson();
}

/** Returns the index of the end of an array item: of the comma or bracket after it, or of the end of the text. */
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

/** Returns the index of the quotation mark that ends the string at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** Returns the index of the first character from `start` on that is not white space of JSON. */
function skipWhitespace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return at;
}

function parseJsonItem(text: string): BatchItem {
  if (text.length > LONGEST_ITEM) return tooLong(text);
  const query = parseJson(text);
  return toItem(query, toPortQuery(query));
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

function toItem(query: unknown, parsed: PortQuery | Fault): BatchItem {
  return 'detail' in parsed ? { query, fault: parsed } : { query, ports: parsed };
}

function tooLong(text: string): BatchItem {
  const detail = `Cannot parse query ${quoteInput(text)}: expected at most ${LONGEST_ITEM} characters`;
  return { query: `${text.slice(0, LONGEST_ITEM)}…`, fault: { parameter: 'query', detail } };
}

function toPortQuery(query: unknown): PortQuery | Fault {
  if (typeof query === 'string') return tryParsePortQuery(query, 'query');
  if (typeof query === 'number') return singlePort(query, null);
  if (typeof query === 'object' && query !== null && 'number' in query) {
    const { number, protocol = null, ...rest } = query as Record<string, unknown>;
    const isWord = protocol === null || typeof protocol === 'string';
    if (typeof number === 'number' && isWord && Object.keys(rest).length === 0) {
      const parsed = protocol === null ? null : tryParseTransportProtocol(protocol, 'protocol');
      return parsed !== null && typeof parsed !== 'string' ? parsed : singlePort(number, parsed);
    }
  }
  const expected = 'expected 80, "443/tcp", "6000-6002" or {"number": 443, "protocol": "tcp"}';
  return { parameter: 'query', detail: `Cannot parse query ${quoteInput(JSON.stringify(query))}: ${expected}` };
}

function singlePort(number: number, protocol: TransportProtocol | null): PortQuery | Fault {
  const port = tryParsePortNumber(String(number), 'query');
  return typeof port === 'number' ? { firstPort: port, lastPort: port, protocol } : port;
}
