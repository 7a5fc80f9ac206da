import type { Pool } from '../../registry/advice/advice-facts.ts';
import { AUDIT_ACTIONS, AUDIT_KINDS, type AuditedPool } from '../../registry/audit.ts';
import type { Token } from '../../registry/own/token.ts';
import { ASSOCIATION_FIELD_NAMES, isOwnId } from '../../registry/rows/association.ts';
import { looksLikeTime } from '../../registry/values/day.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { AUDIT_COLUMNS, type AuditFields } from '../file/audit-chain.ts';
import { checkPool, checkToken, checkUse, withoutInvisible } from '../import/backup-check.ts';
import { parseAuditedEntry } from './audited-entry.ts';
import type { LogRow } from './decide.ts';

/** A row of the log as another program returns it, by field. */
export type RawRow = Readonly<Record<keyof AuditFields | 'hash' | 'tokenSha256', unknown>>;

/** The fields that every row has. */
const NEEDED: readonly (keyof RawRow)[] = ['at', 'token', 'action', 'kind', 'key', 'hash'];

/** The fields that are null without a value. */
const OPTIONAL: readonly (keyof RawRow)[] = [
  'tokenId',
  'requestId',
  'idempotencyKey',
  'requestHash',
  'reservationKey',
  'before',
  'after',
  'tokenSha256',
];

const SHA256 = /^[0-9a-f]{64}$/;

/** The kinds of objects that a write can delete. */
const DELETED_KINDS: readonly LogRow['kind'][] = ['association', 'pool'];

/** The longest text of a row, in characters. The writes of Portolan have about 100,000 at most. */
export const LONGEST_TEXT = 200_000;

/**
 * Parses a row of the log, which is untrusted: its fields, and what it writes, must be as Portolan writes them.
 *
 * @param raw - The row; numbers may be texts.
 * @throws {RegistryError} `unavailable` with the number of the row and the reason.
 */
export function parseLogRow(raw: RawRow): LogRow {
  const [id, event] = [Number(raw.id), Number(raw.event)];
  const refuse = (reason: string): never => {
    throw new RegistryError('unavailable', `Cannot apply row ${id} of the shared log: ${reason}`);
  };
  if (!Number.isSafeInteger(id) || id < 1) refuse('expected a number from 1');
  if (!Number.isSafeInteger(event) || event < 1 || event > id) refuse('event is not as a write stores it');
  for (const name of NEEDED) if (typeof raw[name] !== 'string') refuse(`expected a text as ${name}`);
  for (const name of OPTIONAL) {
    if (raw[name] !== null && typeof raw[name] !== 'string') refuse(`expected a text or null as ${name}`);
  }
  for (const name of [...NEEDED, ...OPTIONAL]) {
    if (String(raw[name]).length > LONGEST_TEXT) refuse(`${name} has more than ${LONGEST_TEXT} characters`);
  }
  const names = [...Object.keys(AUDIT_COLUMNS), 'hash', 'tokenSha256'] as (keyof LogRow)[];
  const fields = Object.fromEntries(names.map((name) => [name, raw[name]]));
  const row = { ...fields, id, event } as LogRow;
  if (!AUDIT_ACTIONS.includes(row.action)) refuse('its action is unknown: run the newer Portolan that wrote it');
  if (!AUDIT_KINDS.includes(row.kind)) refuse('its kind is unknown: run the newer Portolan that wrote it');
  if (!looksLikeTime(row.at)) refuse('at is not a time');
  if (!SHA256.test(row.hash)) refuse('hash is not a SHA-256');
  if ((row.before === null) !== (row.action === 'create')) refuse('before does not fit the action');
  if ((row.after === null) !== (row.action === 'delete')) refuse('after does not fit the action');
  if (row.after === null && !DELETED_KINDS.includes(row.kind)) refuse(`a ${row.kind} is never deleted`);
  // Without this check, a row could delete or replace an informal use.
  if (row.kind === 'association' && !isOwnId(row.key)) refuse('key is not the id of an own entry');
  if (row.kind === 'token' && !SHA256.test(row.tokenSha256 ?? '')) refuse('tokenSha256 is not a SHA-256');
  try {
    // What stood there may be of an earlier version, with other rules; it is only shown.
    if (row.before !== null) parseObject(row.before);
    if (row.after !== null) checkContent(row, row.after);
  } catch (error) {
    const reason = error instanceof RegistryError ? error.message : 'its object is not JSON';
    throw new RegistryError('unavailable', `Cannot apply row ${id} of the shared log: ${reason}`, { cause: error });
  }
  return row;
}

function parseObject(text: string): object {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new TypeError('no object');
  return value;
}

function checkContent({ kind, key }: LogRow, after: string): void {
  const state = parseObject(after);
  if (kind === 'association') {
    const use = parseAuditedEntry(after);
    const isKnown = (name: string): boolean => (ASSOCIATION_FIELD_NAMES as readonly string[]).includes(name);
    const odd =
      Object.keys(use).find((name) => !isKnown(name)) ?? ASSOCIATION_FIELD_NAMES.find((name) => !(name in use));
    if (odd !== undefined) throw new RegistryError('unavailable', `the field ${odd} is not one of this version`);
    if (use.origin !== 'own' || typeof use.revision !== 'number')
      throw new RegistryError('unavailable', 'it is not an own entry');
    checkUse(withoutInvisible(use));
    expectKey(use.id, key);
  } else if (kind === 'pool') {
    const { ranges: spans, ...others } = state as AuditedPool;
    checkPool(withoutInvisible({ spans, ...others } as Pool));
    expectKey(others.name, key);
  } else if (kind === 'token') {
    checkToken(withoutInvisible(state as Token));
    expectKey((state as Token).name, key);
  }
}

function expectKey(name: string, key: string): void {
  if (name !== key) throw new RegistryError('unavailable', 'its key is not that of the written object');
}
