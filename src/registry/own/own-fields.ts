import { ASSOCIATION_FIELDS, type Association } from '../rows/association.ts';
import type { ClientField, ServerField } from '../rows/association-field.ts';
import type { Field } from '../values/fields.ts';

/** The fields of an own entry that a client writes. The registry sets the other fields of the association. */
export type OwnEntry = Omit<Association, ServerField>;

/** A patch of an own entry: missing fields stay unchanged. A `lastPort` of null makes it a single port. */
export type OwnPatch = Partial<Omit<OwnEntry, 'lastPort'>> & { readonly lastPort?: number | null };

type ClientFields = readonly (readonly [keyof OwnEntry, ClientField<unknown>])[];

/** The fields that a client writes, with their names, in the order of the API. */
export const CLIENT_FIELDS = Object.entries(ASSOCIATION_FIELDS).filter(
  ([, { kind }]) => kind !== null,
) as unknown as ClientFields;

/** The names of the fields that a client writes. */
export const OWN_FIELD_NAMES: readonly (keyof OwnEntry)[] = CLIENT_FIELDS.map(([name]) => name);

/** The names of the fields that the server sets. */
export const SERVER_FIELD_NAMES = Object.entries(ASSOCIATION_FIELDS).flatMap(([name, { kind }]) =>
  kind === null ? [name] : [],
);

/** The parsers and defaults of the fields that a client writes. */
export const OWN_FIELDS = Object.fromEntries(
  CLIENT_FIELDS.map(([name, { kind, ...field }]) => [
    name,
    'fallback' in field ? { fallback: field.fallback, parse: kind.parse } : { parse: kind.parse },
  ]),
) as unknown as { readonly [Name in keyof OwnEntry]: Field<OwnEntry[Name]> };
