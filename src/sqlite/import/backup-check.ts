import type { Pool } from '../../registry/advice/advice-facts.ts';
import { parsePool } from '../../registry/advice/pool.ts';
import { parseHostName } from '../../registry/observed/host-name.ts';
import { LONGEST_PROCESS } from '../../registry/observed/snapshot.ts';
import { parseOwnEntry } from '../../registry/own/own-entry.ts';
import { OWN_FIELD_NAMES } from '../../registry/own/own-fields.ts';
import { findFullPort, MOST_OWN_ENTRIES } from '../../registry/own/own-limit.ts';
import { checkBinding, checkTokenName, type Token } from '../../registry/own/token.ts';
import { checkAuthorName } from '../../registry/own/user.ts';
import type { Association } from '../../registry/rows/association.ts';
import { looksLikeTime } from '../../registry/values/day.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { checkAudit } from '../file/audit-check.ts';
import { checkIntegrity } from '../file/copied-file.ts';
import type { Connection } from '../file/database.ts';
import { findSchemaFault } from '../file/schema-text.ts';
import { AdviceReads } from '../read/advice-reads.ts';
import { ASSOCIATION_COLUMNS, type AssociationRow, fromAssociationRow } from '../tables/rows.ts';
import { storedTokens } from '../tables/tokens.ts';

/**
 * Checks that a file has exactly the schema that this program's migrations create, before anything in it runs: a foreign
 * trigger would run with the first migration. Also checks every page.
 *
 * @param db - A connection for writing to a copy of the file.
 * @throws {RegistryError} `invalid_argument` with the first object that differs, `unavailable` for a damaged page.
 */
export function checkFile(db: Connection): void {
  db.pragma('cell_size_check = ON');
  const fault = findSchemaFault(db);
  if (fault !== null) refuse(`expected the schema that Portolan creates: ${fault}`);
  checkIntegrity(db);
}

/**
 * Checks that a backup contains only what Portolan could have written: uses, pools and token names must pass the same
 * parsers as in a request, and the audit log must be an unbroken hash chain. Invisible characters in names are accepted, as
 * earlier versions wrote them.
 *
 * @param db - A connection to a database of this program's schema.
 * @throws {RegistryError} `invalid_argument` with the first row that fails, and its field.
 */
export function checkRows(db: Connection): void {
  const uses = db.prepare<[], AssociationRow>(`SELECT ${ASSOCIATION_COLUMNS} FROM association ORDER BY id`).all();
  for (const row of uses) checkUse(withoutInvisible(fromAssociationRow(row)));
  const full = findFullPort(uses.filter(({ origin }) => origin === 'own').map((use) => ({ ...use, isNew: true })));
  if (full !== null) refuse(`port ${full} has more than ${MOST_OWN_ENTRIES} own entries`);
  for (const pool of new AdviceReads(db).pools()) checkPool(withoutInvisible(pool));
  for (const token of storedTokens(db)) checkToken(withoutInvisible(token));
  for (const row of observedRows(db)) parseRow('observed host', row.host, () => checkObserved(row));
  const { broken } = checkAudit(db);
  if (broken !== null) refuse(`row ${broken} of the audit log is not in its hash chain`);
}

/** A stored snapshot or socket. */
interface ObservedRow {
  readonly host: string;
  readonly process: string | null;
  readonly firstTime: string;
  readonly lastTime: string | null;
  readonly goneAt: string | null;
  readonly returnedAt: string | null;
}

const OBSERVED_ROWS = `SELECT * FROM (
    SELECT host, source, NULL AS process, at AS firstTime, environment_since AS lastTime, NULL AS goneAt, NULL AS returnedAt
      FROM observed_snapshot
    UNION ALL SELECT host, source, process, first_seen, last_seen, gone_at, returned_at FROM observed_socket)`;

function observedRows(db: Connection): Iterable<ObservedRow> {
  return db.prepare<[], ObservedRow>(OBSERVED_ROWS).iterate();
}

/**
 * Checks that the stored sockets of a host are as Portolan stores them.
 *
 * @param db - Any connection.
 * @param host - The host.
 * @param source - The source of its snapshot.
 * @throws {RegistryError} `invalid_argument` with the host.
 */
export function checkObservedHost(db: Connection, host: string, source: string): void {
  const rows = db.prepare<[string, string], ObservedRow>(`${OBSERVED_ROWS} WHERE host = ? AND source = ?`);
  for (const row of rows.all(host, source)) parseRow('observed host', row.host, () => checkObserved(row));
}

function checkObserved({ host, process: program, firstTime, lastTime, goneAt, returnedAt }: ObservedRow): void {
  if (parseHostName(host) !== host) refuse('expected it in lower case');
  const isName = program === null || (program.length <= LONGEST_PROCESS && !/\p{Cc}/u.test(program));
  if (!isName) {
    refuse(`expected a name of a process of at most ${LONGEST_PROCESS} characters, got ${quoteInput(program)}`);
  }
  for (const time of [firstTime, lastTime, goneAt, returnedAt]) {
    if (time !== null && !looksLikeTime(time)) refuse(`expected a time in UTC, got ${quoteInput(time)}`);
  }
}

/**
 * Replaces the invisible characters that earlier versions accepted in names, so that only the other rules apply to them. They are
 * not removed: a name may have no other characters.
 *
 * @param row - A row.
 */
export function withoutInvisible<T>(row: T): T {
  return JSON.parse(JSON.stringify(row).replaceAll(/[\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD')) as T;
}

/**
 * Checks a use.
 *
 * @param use - The use.
 * @throws {RegistryError} `invalid_argument` with the id and the field.
 */
export function checkUse(use: Association): void {
  const { id, prominence, origin, revision, approvedBy, approvedAt, ...fields } = use;
  const kind = origin === 'own' ? 'own entry' : 'informal use';
  const parsed = parseRow(kind, id, () => parseOwnEntry(fields));
  // Writes store the normalized values of the parser, such as words in lower case.
  const other = OWN_FIELD_NAMES.find((name) => JSON.stringify(parsed[name]) !== JSON.stringify(use[name]));
  if (other !== undefined) refuse(`${kind} ${quoteInput(id)}: ${other} is not as a write stores it`);
  checkApproval(`${kind} ${quoteInput(id)}`, approvedBy, approvedAt);
}

/** Checks the fields that the server sets when an admin approves an entry. */
function checkApproval(entry: string, by: string | null, at: string | null): void {
  if (by === null && at === null) return;
  const isTime = at !== null && !Number.isNaN(Date.parse(at)) && new Date(at).toISOString() === at;
  if (by === null || !isTime) refuse(`${entry}: approvedAt is not as a write stores it`);
  parseRow('approvedBy', entry, () => checkAuthorName(by));
}

/**
 * Checks the id, the name and the rights of a token.
 *
 * @param token - The token. Rows of earlier versions lack the hosts.
 * @throws {RegistryError} `invalid_argument` with the name.
 */
export function checkToken({
  id,
  name,
  scope,
  owners,
  pools,
  hosts = [],
}: Omit<Token, 'hosts'> & Partial<Token>): void {
  parseRow('token', name, () => checkTokenName(name));
  parseRow('token', name, () => checkBinding({ scope, owners, pools, hosts }));
  if (!/^token-[0-9a-f]{12}$/.test(id)) refuse(`token ${quoteInput(name)}: id is not as a write stores it`);
}

/**
 * Checks a pool.
 *
 * @param pool - The pool.
 * @throws {RegistryError} `invalid_argument` with the name.
 */
export function checkPool({ name, spans: ranges, protocols, owner }: Pool): void {
  parseRow('pool', name, () => parsePool({ name, ranges, protocols, owner }));
}

/** Parses a row; the message of an error gets the kind and key of the row in front. */
function parseRow<T>(kind: string, key: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const detail = error.errors?.[0]?.detail ?? error.message;
    return refuse(`${kind} ${quoteInput(key)}: ${detail.charAt(0).toLowerCase()}${detail.slice(1)}`);
  }
}

/** Throws the error of a backup. The caller adds the name of the file to the message. */
function refuse(detail: string): never {
  throw new RegistryError('invalid_argument', detail);
}
