import type { Pool } from './advice/advice-facts.ts';
import type { LoadedList } from './catalogue.ts';
import type { Token } from './own/token.ts';
import type { Association } from './rows/association.ts';
import { isDay } from './values/day.ts';
import { quoteInput, RegistryError } from './values/registry-error.ts';

/** The actions of writes. */
export const AUDIT_ACTIONS = ['create', 'update', 'delete'] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** The kinds of written objects: an own entry, a token, a pool, or a list, whose imports only a shared register records. */
export const AUDIT_KINDS = ['association', 'token', 'pool', 'list'] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** A pool as the audit stores it, with the field names of its report. */
export type AuditedPool = Omit<Pool, 'spans'> & { readonly ranges: Pool['spans'] };

/** An imported list as the audit stores it. */
export interface AuditedList extends LoadedList {
  /** True for the list that ships with Portolan. */
  readonly bundled: boolean;
  /** False for an earlier state of the official rows, which is added to the history only. */
  readonly current: boolean;
}

/** One write in the audit. */
export interface AuditRow {
  /** The number of the write, in ascending order of time. */
  readonly id: number;
  /** The id of the first write of the same transaction: the writes of an import are one event. */
  readonly event: number;
  /** The time of the write, in UTC, ISO 8601 with milliseconds. */
  readonly at: string;
  /** The name of the token, of a user, such as `sso:alice`, `command line`, or `mcp` for `portolan mcp` on a local database. */
  readonly token: string;
  /** The id of the token, which no other token gets, or the name of the user; null on the command line, and in rows of earlier versions. */
  readonly tokenId: string | null;
  /** The id of the request; null on the command line. */
  readonly requestId: string | null;
  /** The `Idempotency-Key` of the request, on the first write of its event; null for none. */
  readonly idempotencyKey: string | null;
  /** The SHA-256 of the route and the body of a request with `idempotencyKey`, in hexadecimal; else null. */
  readonly requestHash: string | null;
  /** The key of the reservation that created the entry; null for none. */
  readonly reservationKey: string | null;
  readonly action: AuditAction;
  readonly kind: AuditKind;
  /** The id or name of what was written. */
  readonly key: string;
  /** The value before the write; null for something new. */
  readonly before: Association | Token | AuditedPool | AuditedList | null;
  /** The value after the write; null for something deleted. */
  readonly after: Association | Token | AuditedPool | AuditedList | null;
  /** The SHA-256 of this row and of the hash of the row before, in hexadecimal: the audit is a hash chain. */
  readonly hash: string;
}

/** The last row of the audit. Its hash, noted elsewhere, proves later that no row up to it was changed or removed. */
export type AuditHead = Pick<AuditRow, 'id' | 'at' | 'hash'>;

/** The writes of one transaction, such as an import. Time, token and request are those of its first write. */
export interface AuditEvent extends Pick<AuditRow, 'event' | 'at' | 'token' | 'tokenId' | 'requestId'> {
  /** The number of all its writes, by action. */
  readonly counts: Readonly<Record<AuditAction, number>>;
  /** The first 10 of its writes that match the filter, in their order; at least one. */
  readonly writes: readonly AuditRow[];
  /** The hash of its last write. */
  readonly hash: string;
}

/** A filter of writes; null matches any value. */
export interface AuditFilter {
  readonly token: string | null;
  readonly action: AuditAction | null;
  /** The id of the first write of the same transaction. */
  readonly event: number | null;
  /** The id or name of what was written. */
  readonly id: string | null;
  readonly requestId: string | null;
  /** The `Idempotency-Key` of the request: all writes of its event match. */
  readonly idempotencyKey: string | null;
  /** The key of the reservation that created the entry. */
  readonly reservationKey: string | null;
  /** The earliest time, ISO 8601 in UTC with milliseconds. */
  readonly since: string | null;
  /** The time before which the write happened, ISO 8601 in UTC with milliseconds. */
  readonly until: string | null;
}

/** The filter that matches every write. */
export const ANY_WRITE: AuditFilter = {
  token: null,
  action: null,
  event: null,
  id: null,
  requestId: null,
  idempotencyKey: null,
  reservationKey: null,
  since: null,
  until: null,
};

const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/i;

/**
 * Parses a day or a time. A day stands for 00:00 UTC of that day.
 *
 * @param text - Such as `2026-11-24` or `2026-11-24T08:30:00+01:00`.
 * @param parameter - The parameter's name.
 * @returns The time in UTC, ISO 8601 with milliseconds.
 * @throws {RegistryError} `invalid_argument` for any other text.
 */
export function parseTime(text: string, parameter: string): string {
  const date = new Date(TIME.test(text) ? text.toUpperCase() : Number.NaN);
  if (isDay(text.slice(0, 10)) && !Number.isNaN(date.valueOf())) return date.toISOString();
  const expected = 'expected a day such as 2026-11-24 or a time such as 2026-11-24T08:30:00Z';
  throw new RegistryError('invalid_argument', `Cannot parse ${parameter} ${quoteInput(text)}: ${expected}`, {
    parameter,
  });
}
