/** An entry of a file, before its fields are checked. */
export interface RawOwnRow {
  readonly id: string | null;
  /** The fields that the file has. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The fields that are used only if the entry is new. */
  readonly initial: Readonly<Record<string, unknown>>;
  /** Returns the location of a field, such as `line 3, column "note"`; without a field, that of the row. */
  readonly locate: (field?: string) => string;
}
