import { type Association, CATEGORIES, CONFIDENCES } from '../rows/association.ts';
import { type Field, listOf, type Parsed, portNumber, protocols, text, word } from '../values/fields.ts';
import type { Reference } from '../values/reference.ts';

/** The fields of an own entry that a client writes. The registry sets the other fields of the association. */
export type OwnEntry = Omit<Association, 'id' | 'origin' | 'revision'>;

/** A patch of an own entry: missing fields stay unchanged. A `lastPort` of null makes it a single port. */
export type OwnPatch = Partial<Omit<OwnEntry, 'lastPort'>> & { readonly lastPort?: number | null };

/** The fields that a client writes, in the order of the API, with their parsers and defaults. */
export const OWN_FIELDS: { readonly [Name in keyof OwnEntry]: Field<OwnEntry[Name]> } = {
  name: { parse: text(100) },
  usedBy: { fallback: null, parse: text(100) },
  firstPort: { parse: portNumber },
  // Null turns a range into a single port.
  lastPort: { fallback: null, parse: portNumber },
  protocols: { fallback: ['tcp'], parse: protocols },
  category: { fallback: 'other', parse: word(CATEGORIES) },
  confidence: { fallback: 'documented', parse: word(CONFIDENCES) },
  note: { fallback: null, parse: text(2_000, /[^\P{Cc}\n\r\t]/u) },
  sources: { fallback: [], parse: listOf('sources', reference) },
  owner: { fallback: null, parse: text(100) },
  contact: { fallback: null, parse: text(200) },
  environment: { fallback: null, parse: text(100) },
  link: { fallback: null, parse: webAddress },
  tags: { fallback: [], parse: listOf('different tags', text(50)) },
};

/** The names of the fields. */
export const OWN_FIELD_NAMES = Object.keys(OWN_FIELDS) as readonly (keyof OwnEntry)[];

/** Only http and https: other schemes, such as `javascript:`, could run scripts as links on a page. */
function webAddress(value: unknown): Parsed<string> {
  const isAddress = typeof value === 'string' && value.length <= 2_000 && /^https?:\/\/[^\s<>"\p{Cc}]+$/iu.test(value);
  return isAddress && URL_PARTS.test(value)
    ? { value }
    : { expected: 'an address that begins with http:// or https://' };
}

/** A scheme, a host, an optional port, then anything; no user name or password. */
const URL_PARTS = /^https?:\/\/(?:[^/?#@\s:[\]]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#]|$)/i;

function reference(value: unknown): Parsed<Reference> {
  const expected = 'a source such as {"title": "Runbook", "url": "https://…"}';
  if (typeof value !== 'object' || value === null) return { expected };
  const { title, url = null, ...rest } = value as Readonly<Record<string, unknown>>;
  const parsed = { title: text(200)(title), url: url === null ? { value: null } : webAddress(url) };
  if ('expected' in parsed.title || 'expected' in parsed.url || Object.keys(rest).length > 0) return { expected };
  return { value: { title: parsed.title.value, url: parsed.url.value } };
}
