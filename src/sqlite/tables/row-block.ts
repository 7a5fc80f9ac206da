import type { PortRows } from '../../registry/report/report-rows.ts';
import type { Assignment } from '../../registry/rows/assignment.ts';
import type { Association } from '../../registry/rows/association.ts';
import type { NameOfPort } from '../../registry/rows/other-name.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import { contains, type PortSpan } from '../../registry/values/port-range.ts';
import {
  type AssignmentRow,
  type AssociationRow,
  fromAssignmentRow,
  fromAssociationRow,
  fromOtherNameRow,
  type OtherNameRow,
} from './rows.ts';

/** The stored rows of the ports of a span. */
export interface StoredBlock {
  readonly assignments: readonly AssignmentRow[];
  readonly associations: readonly AssociationRow[];
  /** In the order of reports, by port. */
  readonly otherNames: readonly (OtherNameRow & { readonly port: number })[];
  readonly blockedPorts: readonly number[];
}

/** A parsed row with its ports and its size in characters. */
interface SizedRow<T> extends PortSpan {
  readonly characters: number;
  readonly row: T;
}

/** The rows of a block of ports, each parsed once. */
export class RowBlock implements PortRows {
  readonly #assignments: readonly SizedRow<Assignment>[];
  readonly #associations: readonly SizedRow<Association>[];
  readonly #otherNames: readonly SizedRow<NameOfPort>[];
  readonly #blockedPorts: readonly number[];

  /** @param block - The stored rows. */
  constructor({ assignments, associations, otherNames, blockedPorts }: StoredBlock) {
    this.#assignments = assignments.map((row) =>
      sized(row, row.firstPort ?? -1, row.lastPort ?? -1, fromAssignmentRow),
    );
    this.#associations = associations.map((row) => sized(row, row.firstPort, row.lastPort, fromAssociationRow));
    this.#otherNames = otherNames.map((row) => sized(row, row.port, row.port, fromOtherNameRow));
    this.#blockedPorts = blockedPorts;
  }

  assignmentsAt(port: number, size: AnswerSize): Assignment[] {
    return rowsAt(this.#assignments, port, size);
  }

  associationsAt(port: number, size: AnswerSize): Association[] {
    return rowsAt(this.#associations, port, size);
  }

  otherNamesAt(port: number, size: AnswerSize): NameOfPort[] {
    return rowsAt(this.#otherNames, port, size);
  }

  isBlocked(port: number): boolean {
    return this.#blockedPorts.includes(port);
  }
}

function sized<Row extends object, T>(
  stored: Row,
  firstPort: number,
  lastPort: number,
  parse: (stored: Row) => T,
): SizedRow<T> {
  const size = new AnswerSize();
  size.count(stored);
  return { firstPort, lastPort, characters: size.characters, row: parse(stored) };
}

function rowsAt<T>(rows: readonly SizedRow<T>[], port: number, size: AnswerSize): T[] {
  const found: T[] = [];
  for (const sizedRow of rows) {
    if (!contains(sizedRow, port)) continue;
    size.add(sizedRow.characters);
    found.push(sizedRow.row);
  }
  return found;
}
