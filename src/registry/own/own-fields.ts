import { type Association, CATEGORIES, CONFIDENCES } from '../rows/association.ts';
import { type Field, listOf, type Parsed, portNumber, protocols, text, word } from '../values/fields.ts';
import type { Reference } from '../values/reference.ts';

/** What a team writes of an own entry; the rest of the association is made by the registry. */
export type OwnEntry = Omit<Association, 'id' | 'origin' | 'revision'>;

/** Changes of an own entry: fields that are left out stay. A `lastPort` of null makes it a single port. */
export type OwnPatch = Partial<Omit<OwnEntry, 'lastPort'>> & { readonly lastPort?: number | null };

/** The fields that a client writes, in the order of the contract, as data. */
export const OWN_FIELDS: { readonly [Name in keyof OwnEntry]: Field<OwnEntry[Name]> } = {
  name: { parse: text(100) },
  usedBy: { fallback: null, parse: text(100) },
  firstPort: { parse: portNumber },
  // Null makes a single port of a range.
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

/** Addresses of other schemes could run scripts where a page shows them as links. */
function webAddress(value: unknown): Parsed<string> {
  const isAddress = typeof value === 'string' && value.length <= 2_000 && /^https?:\/\/[^\s<>"\p{Cc}]+$/iu.test(value);
  return isAddress && URL_PARTS.test(value)
    ? { value }
    : { expected: 'an address that begins with http:// or https://' };
}

/** Scheme, perhaps a port, then anything: enough to be a link, and without a user's name or password in it. */
const URL_PARTS = /^https?:\/\/(?:[^/?#@\s:[\]]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#]|$)/i;

function reference(value: unknown): Parsed<Reference> {
  const expected = 'a source such as {"title": "Runbook", "url": "https://…"}';
  if (typeof value !== 'object' || value === null) return { expected };
  const { title, url = null, ...rest } = value as Readonly<Record<string, unknown>>;
  const read = { title: text(200)(title), url: url === null ? { value: null } : webAddress(url) };
  if ('expected' in read.title || 'expected' in read.url || Object.keys(rest).length > 0) return { expected };
  return { value: { title: read.title.value, url: read.url.value } };
}
