import type { Pool } from '../../registry/advice/advice-facts.ts';
import { readPool } from '../../registry/advice/pool.ts';
import { readOwnEntry } from '../../registry/own/own-entry.ts';
import { OWN_FIELD_NAMES } from '../../registry/own/own-fields.ts';
import { findFullPort, MOST_OWN_ENTRIES } from '../../registry/own/own-limit.ts';
import { checkTokenName } from '../../registry/own/token.ts';
import type { Association } from '../../registry/rows/association.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { checkIntegrity } from '../file/copied-file.ts';
import type { Connection } from '../file/database.ts';
import { findSchemaFault } from '../file/schema-text.ts';
import { AdviceReads } from '../read/advice-reads.ts';
import { ASSOCIATION_COLUMNS, type AssociationRow, fromAssociationRow } from '../tables/rows.ts';
import { storedTokens } from '../tables/tokens.ts';

/**
 * Makes sure that a file has the schema that this program's migrations create, and no other, before anything in it runs: a
 * foreign trigger would run with the first migration. Every page is read.
 *
 * @param db - A connection for writing to a copy of the file.
 * @throws {RegistryError} `invalid_argument` with the first object that differs, `unavailable` for a damaged page.
 */
export function checkForm(db: Connection): void {
  db.pragma('cell_size_check = ON');
  const fault = findSchemaFault(db);
  if (fault !== null) refuse(`expected the schema that Portolan creates: ${fault}`);
  checkIntegrity(db);
}

/**
 * Makes sure that a backup holds nothing that could not have been written: uses, pools and the names of tokens pass the
 * parsers that writes pass.
 *
 * @param db - A connection to a database of this program's schema.
 * @throws {RegistryError} `invalid_argument` with the first row that does not pass, and its field.
 */
export function checkRows(db: Connection): void {
  const uses = db.prepare<[], AssociationRow>(`SELECT ${ASSOCIATION_COLUMNS} FROM association ORDER BY id`).all();
  for (const row of uses) checkUse(fromAssociationRow(row));
  const full = findFullPort(uses.filter(({ origin }) => origin === 'own').map((use) => ({ ...use, isNew: true })));
  if (full !== null) refuse(`port ${full} has more than ${MOST_OWN_ENTRIES} own entries`);
  for (const pool of new AdviceReads(db).pools()) checkPool(pool);
  for (const { name } of storedTokens(db)) explain('token', name, () => checkTokenName(name));
}

function checkUse(use: Association): void {
  const { id, origin, revision, ...written } = use;
  const kind = origin === 'own' ? 'own entry' : 'informal use';
  const read = explain(kind, id, () => readOwnEntry(written));
  // Writes store what the parser gives, such as words in lower case.
  const other = OWN_FIELD_NAMES.find((name) => JSON.stringify(read[name]) !== JSON.stringify(use[name]));
  if (other !== undefined) refuse(`${kind} ${quoteInput(id)}: ${other} is not as a write stores it`);
}

function checkPool({ name, spans: ranges, protocols, owner }: Pool): void {
  explain('pool', name, () => readPool({ name, ranges, protocols, owner }));
}

function explain<T>(kind: string, key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const detail = error.errors?.[0]?.detail ?? error.message;
    return refuse(`${kind} ${quoteInput(key)}: ${detail.charAt(0).toLowerCase()}${detail.slice(1)}`);
  }
}

/** The message gets the name of the file where that is known. */
function refuse(detail: string): never {
  throw new RegistryError('invalid_argument', detail);
}
