import { CATEGORIES, CONFIDENCES } from './association.ts';
import type { Field, Read } from './fields.ts';
import type { OwnEntry } from './own-entry.ts';
import { LAST_PORT } from './port-number.ts';
import type { Reference } from './reference.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from './transport-protocol.ts';

/** The largest list of protocols, sources or tags, in elements. */
const LONGEST_LIST = 20;

/** The fields that a client writes, in the order of the contract, as data. */
export const OWN_FIELDS: { readonly [Name in keyof OwnEntry]: Field<OwnEntry[Name]> } = {
  name: { read: text(100) },
  usedBy: { fallback: null, read: text(100) },
  firstPort: { read: portNumber },
  // Null makes a single port of a range.
  lastPort: { fallback: null, read: portNumber },
  protocols: { fallback: ['tcp'], read: protocols },
  category: { fallback: 'other', read: word(CATEGORIES) },
  confidence: { fallback: 'documented', read: word(CONFIDENCES) },
  note: { fallback: null, read: text(2_000, /[^\P{Cc}\n\r\t]/u) },
  sources: { fallback: [], read: listOf('sources', reference) },
  owner: { fallback: null, read: text(100) },
  contact: { fallback: null, read: text(200) },
  environment: { fallback: null, read: text(100) },
  link: { fallback: null, read: webAddress },
  tags: { fallback: [], read: listOf('different tags', text(50)) },
};

/** The names of the fields. */
export const OWN_FIELD_NAMES = Object.keys(OWN_FIELDS) as readonly (keyof OwnEntry)[];

/**
 * Makes the reader of a text.
 *
 * @param most - The longest, in characters.
 * @param forbidden - A character that it may not hold; by default any control character.
 */
export function text(most: number, forbidden = /\p{Cc}/u): (value: unknown) => Read<string> {
  const expected = `a text of 1 to ${most} characters without control characters`;
  return (value) => {
    const isText = typeof value === 'string' && value.trim() !== '' && value.length <= most * 2;
    const fits = isText && value.isWellFormed() && [...value].length <= most && !forbidden.test(value);
    return fits ? { value } : { expected };
  };
}

/**
 * Reads a port number.
 *
 * @param value - What was written.
 */
export function portNumber(value: unknown): Read<number> {
  const isPort = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LAST_PORT;
  return isPort ? { value } : { expected: `an integer from 0 to ${LAST_PORT}` };
}

/**
 * Makes the reader of a word, in any case.
 *
 * @param words - The words that there are.
 */
export function word<Word extends string>(words: readonly Word[]): (value: unknown) => Read<Word> {
  return (value) => {
    const written = typeof value === 'string' ? value.toLowerCase() : undefined;
    const found = words.find((known) => known === written);
    return found === undefined ? { expected: `one of ${words.join(', ')}` } : { value: found };
  };
}

/**
 * Reads a list of transport protocols, in any case and order.
 *
 * @param value - What was written.
 * @returns Each once, in the order of every answer.
 */
export function protocols(value: unknown): Read<readonly TransportProtocol[]> {
  const expected = `a list of ${TRANSPORT_PROTOCOLS.join(', ')}, each at most once`;
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) return { expected };
  const written = value.map((one) => one.toLowerCase());
  const found = TRANSPORT_PROTOCOLS.filter((protocol) => written.includes(protocol));
  return found.length > 0 && found.length === written.length ? { value: found } : { expected };
}

/** Addresses of other schemes could run scripts where a page shows them as links. */
function webAddress(value: unknown): Read<string> {
  const isAddress = typeof value === 'string' && value.length <= 2_000 && /^https?:\/\/[^\s<>"\p{Cc}]+$/iu.test(value);
  return isAddress && URL_PARTS.test(value)
    ? { value }
    : { expected: 'an address that begins with http:// or https://' };
}

/** Scheme, perhaps a port, then anything: enough to be a link, and without a user's name or password in it. */
const URL_PARTS = /^https?:\/\/(?:[^/?#@\s:[\]]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#]|$)/i;

function reference(value: unknown): Read<Reference> {
  const expected = 'a source such as {"title": "Runbook", "url": "https://…"}';
  if (typeof value !== 'object' || value === null) return { expected };
  const { title, url = null, ...rest } = value as Readonly<Record<string, unknown>>;
  const read = { title: text(200)(title), url: url === null ? { value: null } : webAddress(url) };
  if ('expected' in read.title || 'expected' in read.url || Object.keys(rest).length > 0) return { expected };
  return { value: { title: read.title.value, url: read.url.value } };
}

/**
 * Makes the reader of a list.
 *
 * @param name - What its elements are called.
 * @param read - Reads one of them.
 */
export function listOf<Item>(
  name: string,
  read: (value: unknown) => Read<Item>,
): (value: unknown) => Read<readonly Item[]> {
  return (value) => {
    const expected = `a list of at most ${LONGEST_LIST} ${name}`;
    if (!Array.isArray(value) || value.length > LONGEST_LIST) return { expected };
    const items = value.map(read);
    const fault = items.find((item) => 'expected' in item);
    if (fault !== undefined) return { expected: `${expected}, each ${fault.expected}` };
    const found = items.flatMap((item) => ('value' in item ? [item.value] : []));
    return new Set(found).size === found.length ? { value: found } : { expected };
  };
}
