import type { PortSpan } from '../values/port-range.ts';
import type { AssignmentCells } from './assignment.ts';
import type { Association } from './association.ts';
import type { CheckCommand } from './check-command.ts';
import type { EphemeralRange } from './ephemeral-range.ts';
import type { OtherName } from './other-name.ts';
import type { ServiceProminence } from './prominence.ts';

/** The type of the rows of each list. */
export interface ListRows {
  readonly assignments: { readonly cells: AssignmentCells; readonly span: PortSpan | null };
  readonly associations: Association;
  readonly 'ephemeral-ranges': EphemeralRange;
  readonly 'check-commands': CheckCommand;
  readonly 'blocked-by-browsers': { readonly port: number; readonly name: string | null };
  readonly 'other-names': OtherName;
  readonly prominence: ServiceProminence;
}

/** The content of a list to import. */
export interface ListContent<Rows> {
  /** The file. */
  readonly bytes: Buffer;
  /** The rows in the file. */
  readonly rows: Rows;
  /** The least number of rows that the list must have. */
  readonly fewest: number;
}
