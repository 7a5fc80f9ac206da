import type { AuditAction, AuditKind, AuditRow } from '../../registry/audit.ts';
import type { Author } from '../../registry/own/token.ts';
import { isUser } from '../../registry/own/user.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { AUDIT_COLUMNS, type AuditFields, hashAuditRow } from '../file/audit-chain.ts';
import type { Connection, Statement } from '../file/database.ts';

/** One write: the values before and after it. */
export interface Written {
  readonly kind: AuditKind;
  /** The id or name of the written object. */
  readonly key: string;
  /** Null for a new object. */
  readonly before: AuditRow['before'];
  /** Null for a deleted object. */
  readonly after: AuditRow['after'];
  /** The key of the reservation that created the entry; undefined for none. */
  readonly reservationKey?: string | null;
}

type Last = Pick<AuditRow, 'id' | 'hash'>;
type UsedKey = Pick<AuditRow, 'event' | 'requestHash'>;

/** The SQL that inserts a row with the fields of `AuditFields` and its hash as named parameters. */
export const INSERT_AUDIT = `INSERT INTO audit (${Object.values(AUDIT_COLUMNS).join(', ')}, hash)
  VALUES (${Object.keys(AUDIT_COLUMNS)
    .map((name) => `:${name}`)
    .join(', ')}, :hash)`;

/**
 * Adds rows to the audit. A row continues the hash chain of the last row, so a row is added in a transaction that has taken
 * the write lock: that of the write that it records.
 */
export class AuditLog {
  readonly #last: Statement<[], Last>;
  readonly #usedKey: Statement<[string | null, string], UsedKey>;
  readonly #insert: Statement<[AuditFields & { readonly hash: string }]>;
  /** The id of the first row of the current event; null before that row. */
  #event: number | null = null;
  /** The last row of the current event; undefined before its first row. */
  #lastAdded: Last | undefined;

  /** @param db - A connection for writing. */
  constructor(db: Connection) {
    this.#last = db.prepare('SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1');
    this.#usedKey = db.prepare(
      'SELECT event, request_hash AS requestHash FROM audit WHERE token_id = ? AND idempotency_key = ?',
    );
    this.#insert = db.prepare(INSERT_AUDIT);
  }

  /**
   * Begins an event: the next rows belong together.
   *
   * @param by - The author.
   * @throws {RegistryError} `key_used` when the token has used the idempotency key for an earlier event.
   */
  begin(by: Author): void {
    this.#event = null;
    this.#lastAdded = undefined;
    if (this.#find(by) !== undefined) throw keyUsed(by);
  }

  /**
   * Finds the event of a request that was sent before with the same idempotency key.
   *
   * @param by - The author.
   * @returns The id of its first write.
   * @throws {RegistryError} `key_used` when that was another request.
   */
  replayed(by: Author): number {
    const found = this.#find(by);
    if (found === undefined || found.requestHash !== by.idempotency?.requestHash) throw keyUsed(by);
    return found.event;
  }

  #find({ tokenId, idempotency }: Author): UsedKey | undefined {
    return idempotency === undefined ? undefined : this.#usedKey.get(tokenId, idempotency.key);
  }

  /**
   * Adds a row.
   *
   * @param written - The write.
   * @param by - The author.
   */
  add({ kind, key, before, after, reservationKey = null }: Written, by: Author): void {
    const action: AuditAction = before === null ? 'create' : after === null ? 'delete' : 'update';
    const last = this.#lastAdded ?? this.#last.get();
    const id = (last?.id ?? 0) + 1;
    const idempotency = this.#event === null ? by.idempotency : undefined;
    this.#event ??= id;
    const fields: AuditFields = {
      id,
      event: this.#event,
      at: new Date().toISOString(),
      token: by.token,
      tokenId: by.tokenId,
      requestId: by.requestId,
      idempotencyKey: idempotency?.key ?? null,
      requestHash: idempotency?.requestHash ?? null,
      reservationKey,
      action,
      kind,
      key,
      before: toJson(before),
      after: toJson(after),
    };
    const row = { ...fields, hash: hashAuditRow(last?.hash ?? null, fields) };
    this.#insert.run(row);
    this.#lastAdded = row;
  }
}

/**
 * Adds a row that is an event of its own to the audit.
 *
 * @param db - A connection in the transaction of the write.
 * @param written - The write.
 * @param by - The author.
 */
export function audit(db: Connection, written: Written, by: Author): void {
  new AuditLog(db).add(written, by);
}

function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function keyUsed(by: Author): RegistryError {
  const author = isUser(by) ? 'user' : 'token';
  const detail = `Cannot write with Idempotency-Key ${quoteInput(by.idempotency?.key ?? '')}: this ${author} has used it for another request`;
  return new RegistryError('key_used', `${detail}; expected a new key`);
}
