/** An entry of a file, before its fields are checked. */
export interface RawOwnRow {
  /** Its first line, from 1. */
  readonly line: number;
  readonly id: string | null;
  /** The fields that the file has. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The fields that are used only if the entry is new. */
  readonly initial: Readonly<Record<string, unknown>>;
  /** What was expected of the fields with an invalid text, in the words of the file. */
  readonly expected: ReadonlyMap<string, string>;
  /** Returns the place of a field, such as `line 3, column "note"`; without a field, that of the row. */
  readonly locate: (field?: string) => string;
}

/** Receives the rows of a file, one by one in their order, so that their faults are in the order of the file too. */
export type AddRow = (row: RawOwnRow) => void;
