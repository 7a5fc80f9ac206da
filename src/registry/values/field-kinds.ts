import { isDay } from './day.ts';
import { LONGEST_LIST, listOf, multilineText, type Parsed, portNumber, protocols, text, word } from './fields.ts';
import type { Reference } from './reference.ts';
import type { TransportProtocol } from './transport-protocol.ts';

/** The kinds of fields. Each output has a table with an entry for each kind that it does not treat as a text. */
export type FieldKindName =
  | 'port'
  | 'shortText'
  | 'longText'
  | 'webLink'
  | 'day'
  | 'oneOf'
  | 'wordList'
  | 'protocolList'
  | 'referenceList';

/** The kind of a field: how its values are parsed. SQL, CSV, forms and pages treat all fields of a kind in the same way. */
export interface FieldKind<Value> {
  readonly name: FieldKindName;
  readonly parse: (value: unknown) => Parsed<Value>;
  /** True for lists. SQL stores them as JSON. */
  readonly isList: boolean;
  /** The longest text in a form, in characters; null for no limit. */
  readonly maxLength: number | null;
  /** The valid words of `oneOf`. */
  readonly words: readonly string[];
}

function kind<Value>(
  name: FieldKindName,
  parse: FieldKind<Value>['parse'],
  options: Partial<FieldKind<Value>> = {},
): FieldKind<Value> {
  return { name, parse, isList: false, maxLength: null, words: [], ...options };
}

/** A list of different transport protocols, in the order of `TRANSPORT_PROTOCOLS`. */
export const protocolList: FieldKind<readonly TransportProtocol[]> = kind('protocolList', protocols, { isList: true });

/** A port number, 0-65535. */
export const port: FieldKind<number> = kind('port', portNumber, { maxLength: 5 });

/** A date, `YYYY-MM-DD`. */
export const day: FieldKind<string> = kind('day', parseDay, { maxLength: 10 });

/** The longest address, in characters. */
const LONGEST_LINK = 2_000;

/** The address of a page, http or https. */
export const webLink: FieldKind<string> = kind('webLink', parseLink, { maxLength: LONGEST_LINK });

/** A list of sources. */
export const referenceList: FieldKind<readonly Reference[]> = kind('referenceList', listOf('sources', parseReference), {
  isList: true,
});

/**
 * A text of one line.
 *
 * @param maxLength - The longest text, in characters.
 */
export function shortText(maxLength: number): FieldKind<string> {
  return kind('shortText', text(maxLength), { maxLength });
}

/**
 * A text that may have several lines.
 *
 * @param maxLength - The longest text, in characters.
 */
export function longText(maxLength: number): FieldKind<string> {
  return kind('longText', multilineText(maxLength), { maxLength });
}

/**
 * One word of a closed list, in any case.
 *
 * @param words - The valid words, in lower case.
 */
export function oneOf<Word extends string>(words: readonly Word[]): FieldKind<Word> {
  return kind('oneOf', word(words), { words });
}

/**
 * A list of different texts of one line.
 *
 * @param plural - The name of the elements, for the error.
 * @param maxLength - The longest element, in characters.
 * @param most - The largest list, in elements.
 */
export function wordList(plural: string, maxLength: number, most = LONGEST_LIST): FieldKind<readonly string[]> {
  const parse = listOf(`different ${plural}`, text(maxLength), most);
  return kind('wordList', parse, { isList: true, maxLength: most * maxLength });
}

function parseDay(value: unknown): Parsed<string> {
  return typeof value === 'string' && isDay(value) ? { value } : { expected: 'a day such as 2026-04-09' };
}

/** Parses an address of http or https: other schemes, such as `javascript:`, could run scripts as links on a page. */
function parseLink(value: unknown): Parsed<string> {
  const isAddress =
    typeof value === 'string' && value.length <= LONGEST_LINK && /^https?:\/\/[^\s<>"\p{Cc}]+$/iu.test(value);
  return isAddress && URL_PARTS.test(value)
    ? { value }
    : { expected: 'an address that begins with http:// or https://' };
}

/** A scheme, a host, an optional port, then anything; no user name or password. */
const URL_PARTS = /^https?:\/\/(?:[^/?#@\s:[\]]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#]|$)/i;

function parseReference(value: unknown): Parsed<Reference> {
  const expected = 'a source such as {"title": "Runbook", "url": "https://…"}';
  if (typeof value !== 'object' || value === null) return { expected };
  const { title, url = null, ...rest } = value as Readonly<Record<string, unknown>>;
  const parsed = { title: text(200)(title), url: url === null ? { value: null } : parseLink(url) };
  if ('expected' in parsed.title || 'expected' in parsed.url || Object.keys(rest).length > 0) return { expected };
  return { value: { title: parsed.title.value, url: parsed.url.value } };
}
