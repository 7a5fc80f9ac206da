import { LONGEST_TEXT, type RawRow } from '../../sqlite/replay/parse-row.ts';

/** The texts of a row, and the fields as which they are read. */
const TEXTS: Readonly<Record<string, keyof RawRow>> = {
  at: 'at',
  token: 'token',
  token_id: 'tokenId',
  request_id: 'requestId',
  idempotency_key: 'idempotencyKey',
  request_hash: 'requestHash',
  reservation_key: 'reservationKey',
  action: 'action',
  kind: 'kind',
  key: 'key',
  before: 'before',
  after: 'after',
  hash: 'hash',
  token_sha256: 'tokenSha256',
};

/** The quoted fields of the texts, in the order of their columns. */
const FIELDS = Object.values(TEXTS).map((field) => `"${field}"`);

/** Returns the SQL that reads texts up to one character more than Portolan writes: a node does not run out of memory. */
function cut(columns: readonly string[], names: Readonly<Record<string, string>> = {}): string {
  return columns.map((name) => `left(${name}, ${LONGEST_TEXT + 1}) AS "${names[name] ?? name}"`).join(', ');
}

/** Selects the head. */
export const SELECT_HEAD = `SELECT ${cut(['register'])}, format, seq, ${cut(['hash'])}, base_seq,
  ${cut(['base_hash', 'bundled', 'last_update'])} FROM portolan_head`;

/** The size of the texts of a row in PostgreSQL, in bytes; `octet_length` does not read a long text. */
const ROW_BYTES = Object.keys(TEXTS)
  .map((name) => `coalesce(octet_length(${name}), 0)`)
  .join(' + ');

/** Selects the next `$2` rows after the row `$1` by field: as many as have at most `$3` bytes in total, and at least one. */
export const SELECT_BATCH = `SELECT seq AS id, event, ${cut(Object.keys(TEXTS), TEXTS)} FROM (
    SELECT *, row_number() OVER rising AS place, sum(${ROW_BYTES}) OVER rising AS total
    FROM (SELECT * FROM portolan_log WHERE seq > $1 ORDER BY seq LIMIT $2) AS next
    WINDOW rising AS (ORDER BY seq)
  ) AS sized WHERE total <= $3 OR place = 1 ORDER BY seq`;

/** Selects the hash of the row `$1`. */
export const SELECT_HASH = `SELECT ${cut(['hash'])} FROM portolan_log WHERE seq = $1`;

/** Appends the rows of the JSON array `$1`. */
export const INSERT_ROWS = `INSERT INTO portolan_log (seq, event, ${Object.keys(TEXTS).join(', ')})
  SELECT id, event, ${FIELDS.join(', ')}
  FROM json_to_recordset($1::json) AS row (id bigint, event bigint, ${FIELDS.map((field) => `${field} text`).join(', ')})`;
