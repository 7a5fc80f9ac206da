/** An entry as it stands in a file, before anything is checked but the form of the file. */
export interface RawOwnRow {
  readonly id: string | null;
  /** The fields that the file has. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What only a new entry takes. */
  readonly initial: Readonly<Record<string, unknown>>;
  /** Tells where a field stands, such as `line 3, column "note"`; without one, where the row begins. */
  readonly place: (field?: string) => string;
}
