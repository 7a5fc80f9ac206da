import type { Assignment } from '../rows/assignment.ts';
import type { Association } from '../rows/association.ts';
import type { CheckCommand, CheckQuestion } from '../rows/check-command.ts';
import type { EphemeralSpan } from '../rows/ephemeral-range.ts';
import type { NameOfPort } from '../rows/other-name.ts';
import type { AnswerSize } from '../values/answer-size.ts';
import type { PortSpan } from '../values/port-range.ts';
import type { VersionSource } from '../values/registry-version.ts';
import type { RegistryDate } from './port-report.ts';
import type { NamingUse } from './preferred-origins.ts';

/** The rows of single ports. Lists are in no particular order where none is named. */
export interface PortRows {
  /** Finds the official rows that contain a port, and adds them to the size of the response. Throws `too_large`. */
  assignmentsAt(port: number, size: AnswerSize): Assignment[];
  /** Finds the informal and own uses that contain a port, and adds them likewise. */
  associationsAt(port: number, size: AnswerSize): Association[];
  /** Finds the other names of a port, in the order of the report. Parameters and errors are those of `assignmentsAt`. */
  otherNamesAt(port: number, size: AnswerSize): NameOfPort[];
  /** Returns whether browsers block a port. */
  isBlocked(port: number): boolean;
}

/** The stored rows of which reports are composed. */
export interface ReportRows extends PortRows, VersionSource {
  /** Finds the informal and own uses that overlap a span, without their texts. */
  namingUses(span: PortSpan): NamingUse[];
  /** Returns the date of the official rows. Throws `unavailable` before the first import. */
  registryDate(): RegistryDate;
  /** Lists the first ports of all rows of the lists, and the ports after their last ones, each once. */
  listStarts(): number[];
  /** Lists the ports of all own entries. */
  ownSpans(): PortSpan[];
  /** Reads the rows of all ports of a span together, which takes a few statements. No port of the span has an own entry. */
  block(span: PortSpan): PortRows;

  /** Lists the current ephemeral ranges of all systems. */
  ephemeralSpans(): EphemeralSpan[];
  /** Lists the check commands for one question, in the order of the file. */
  checkCommands(question: CheckQuestion): CheckCommand[];
}

/** The official rows as of a past day, in no particular order. */
export interface PastRows extends RegistryDate {
  /** Finds the rows that contained a port. */
  assignmentsAt(port: number): Assignment[];
  /** Finds the rows of a service name, in any case. */
  assignmentsOfService(name: string): Assignment[];
}

/** A state of the lists, from which `changedSince` finds the later changes. */
export interface ChangeCursor {
  /** All lists except the official one, with the SHA-256 of their files. */
  readonly lists: string;
  /** The snapshot of the official rows; null before the first import. */
  readonly snapshot: { readonly id: number; readonly sha256: string } | null;
}

/** The stored changes of rows. */
export interface RowChanges {
  /** Finds the official rows of the latest snapshot up to a day. Throws `not_found` if all snapshots are later. */
  asOf(date: string): PastRows;
  /** Returns the current state of the lists. */
  changeCursor(): ChangeCursor;
  /** Finds the ports whose official rows have changed since; null when any port may have changed. */
  changedSince(cursor: ChangeCursor): PortSpan[] | null;
}
