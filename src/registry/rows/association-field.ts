import type { FieldKind } from '../values/field-kinds.ts';

/** The fields of an association that the server sets. */
export type ServerField = 'id' | 'prominence' | 'origin' | 'approvedBy' | 'approvedAt' | 'revision';

/** A field that a client writes. */
export interface ClientField<Value> {
  readonly kind: FieldKind<NonNullable<Value>>;
  /** The value that null stands for, or a missing field; absent for a required field. */
  readonly fallback?: Value | null;
  /** The label in forms and on pages. */
  readonly label: string;
  /** The placeholder of an empty field in forms. */
  readonly placeholder?: string;
  /** True if searches find its words. When this changes for a field with stored values, increase `DERIVATION`. */
  readonly isSearched?: true;
  /** True for a column of the CSV of lists and reports. */
  readonly isCsvColumn?: true;
}

/** A field that the server sets. */
export interface SetField {
  readonly kind: null;
  /** The value of an informal use, where it always has the same. */
  readonly fallback?: null;
}

/** One entry for each field of a type. The compiler refuses a missing or additional entry, and one of another type. */
export type AssociationFields<Row> = {
  readonly [Name in keyof Row]-?: Name extends ServerField ? SetField : ClientField<Row[Name]>;
};
