import type { AccessRecords } from '../../registry/access-records.ts';
import { type PoolReport, parsePool, parsePoolPatch } from '../../registry/advice/pool.ts';
import { parseReservation } from '../../registry/advice/reservation.ts';
import type { AuditedPool, AuditRow } from '../../registry/audit.ts';
import { parseOwnEntries, parseOwnEntry, parseOwnPatch } from '../../registry/own/own-entry.ts';
import type { Author, Scope } from '../../registry/own/token.ts';
import type { OwnConflicts } from '../../registry/own-conflicts.ts';
import type { OwnRegistry, WrittenAssociation } from '../../registry/own-registry.ts';
import type { PortAdvice } from '../../registry/port-advice.ts';
import type { Association } from '../../registry/rows/association.ts';
import { prepareInSteps, type VersionSource } from '../../registry/values/registry-version.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import type { List } from '../list.ts';
import { parseFlag, type Query } from '../query.ts';

/** A request for a write: token and precondition are checked, and the body is parsed JSON. */
export interface WriteCommand {
  /** The named parts of the path, decoded. */
  readonly parts: Readonly<Record<string, string | undefined>>;
  readonly query: Query;
  /** The parsed body; undefined for routes without one. */
  readonly body: unknown;
  /** The revision that the entry must have; null for any. */
  readonly revision: number | null;
  /** The author of the write. */
  readonly by: Author;
}

/** The result of a write. */
export interface WriteResult {
  readonly status: 200 | 201 | 204;
  /** The path of the created resource. */
  readonly location?: string;
  /** The resource after the write; undefined for none. */
  readonly body?: Association | WrittenAssociation | List<WrittenAssociation> | PoolReport;
}

/** A route of a write. */
export interface WriteRoute {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** The path, in Express' notation. */
  readonly path: string;
  /** The query parameters of the route. */
  readonly parameters: readonly string[];
  /** The required scope of the token. */
  readonly scope: Scope;
  /** The media types of the body; empty for routes without a body. */
  readonly takes: readonly string[];
  /** True if the request must have `If-Match` with the revision of the association. */
  readonly needsMatch: boolean;
  readonly write: (own: OwnRegistry, question: WriteCommand) => Promise<WriteResult>;
  /**
   * Rebuilds the result of a write from its rows in the audit log, for a request that is sent again with its
   * `Idempotency-Key`; null for routes that take no such key.
   */
  readonly replay:
    | ((
        registry: ReplaySource,
        rows: readonly AuditRow[],
        question: Pick<WriteCommand, 'body'>,
        run: RunStep,
      ) => WriteResult | Promise<WriteResult>)
    | null;
}

/** The parts of the registry that rebuild the result of an earlier write. */
export type ReplaySource = Pick<AccessRecords, 'writesWithKey'> &
  Pick<PortAdvice, 'poolUsage'> &
  Pick<OwnConflicts, 'withWarnings' | 'prepareConflicts'> &
  VersionSource;

/** The parameter of writes that may create conflicts. */
const STRICT = ['strict'];

/** The parameters of creations, which may be for observed sockets. */
const CREATION = [...STRICT, 'adopt'];

const JSON_TYPE = 'application/json';
const PATCH_TYPES = [JSON_TYPE, 'application/merge-patch+json'];

/** The routes of all writes. */
export const WRITES: readonly WriteRoute[] = [
  route('POST', '/associations', 'write', [JSON_TYPE], false, createAssociations, replayCreation, CREATION),
  route('PATCH', '/associations/:id', 'write', PATCH_TYPES, true, updateAssociation, null, STRICT),
  route('DELETE', '/associations/:id', 'write', [], true, deleteAssociation),
  route('POST', '/associations/:id/approval', 'admin', [], true, approve, replayApproval),
  route('DELETE', '/associations/:id/approval', 'admin', [], true, withdrawApproval),
  route('POST', '/reservations', 'write', [JSON_TYPE], false, reserve, replayCreation, STRICT),
  route('POST', '/pools', 'admin', [JSON_TYPE], false, createPool, replayPool),
  route('PATCH', '/pools/:name', 'admin', PATCH_TYPES, false, updatePool),
  route('DELETE', '/pools/:name', 'admin', [], false, deletePool),
];

function route(
  method: WriteRoute['method'],
  path: string,
  scope: Scope,
  takes: readonly string[],
  needsMatch: boolean,
  write: WriteRoute['write'],
  replay: WriteRoute['replay'] = null,
  parameters: readonly string[] = [],
): WriteRoute {
  return { method, path, parameters, scope, takes, needsMatch, write, replay };
}

/** Creates one entry, or a list of entries: all of them, or none on an error. */
async function createAssociations(own: OwnRegistry, { query, body, by }: WriteCommand): Promise<WriteResult> {
  const isStrict = parseFlag(query, 'strict');
  const entries = Array.isArray(body) ? parseOwnEntries(body) : [parseOwnEntry(body)];
  const created = parseFlag(query, 'adopt') ? own.adopt(entries, isStrict, by) : own.create(entries, isStrict, by);
  return createdEntries(await created, Array.isArray(body));
}

/** Rebuilds the created entries. Their warnings are the conflicts that they have now. */
async function replayCreation(
  registry: ReplaySource,
  rows: readonly AuditRow[],
  { body }: Pick<WriteCommand, 'body'>,
  run: RunStep,
): Promise<WriteResult> {
  await prepareInSteps(registry, () => registry.prepareConflicts(), run);
  const entries = registry.withWarnings(rows.map(({ after }) => after as Association));
  return createdEntries(entries, Array.isArray(body));
}

function createdEntries(results: readonly WrittenAssociation[], isList: boolean): WriteResult {
  if (isList) return { status: 201, body: { count: results.length, next: null, previous: null, results } };
  const [created] = results;
  return created === undefined
    ? { status: 201 }
    : { status: 201, location: `/associations/${created.id}`, body: created };
}

async function updateAssociation(
  own: OwnRegistry,
  { parts, query, body, revision, by }: WriteCommand,
): Promise<WriteResult> {
  const isStrict = parseFlag(query, 'strict');
  return { status: 200, body: await own.update(parts.id ?? '', parseOwnPatch(body), revision, isStrict, by) };
}

async function deleteAssociation(own: OwnRegistry, { parts, revision, by }: WriteCommand): Promise<WriteResult> {
  await own.remove(parts.id ?? '', revision, by);
  return { status: 204 };
}

async function approve(own: OwnRegistry, { parts, revision, by }: WriteCommand): Promise<WriteResult> {
  return { status: 200, body: await own.approve(parts.id ?? '', true, revision, by) };
}

function replayApproval(_registry: ReplaySource, rows: readonly AuditRow[]): WriteResult {
  const [{ after }] = rows as [AuditRow];
  return { status: 200, body: { ...(after as Association), warnings: [] } };
}

async function withdrawApproval(own: OwnRegistry, { parts, revision, by }: WriteCommand): Promise<WriteResult> {
  return { status: 200, body: await own.approve(parts.id ?? '', false, revision, by) };
}

async function reserve(own: OwnRegistry, { query, body, by }: WriteCommand): Promise<WriteResult> {
  const { entry, isNew } = await own.reserve(parseReservation(body), parseFlag(query, 'strict'), by);
  return isNew ? createdEntries([entry], false) : { status: 200, body: entry };
}

async function createPool(own: OwnRegistry, { body, by }: WriteCommand): Promise<WriteResult> {
  return createdPool(await own.createPool(parsePool(body), by));
}

/** Rebuilds a created pool. The audit log has no usage of it: the counts are the current ones. */
function replayPool(registry: ReplaySource, rows: readonly AuditRow[]): WriteResult {
  const [{ after }] = rows as [AuditRow];
  const { ranges: spans, ...pool } = after as AuditedPool;
  return createdPool(registry.poolUsage({ ...pool, spans }));
}

function createdPool(pool: PoolReport): WriteResult {
  return { status: 201, location: `/pools/${encodeURIComponent(pool.name)}`, body: pool };
}

async function updatePool(own: OwnRegistry, { parts, body, by }: WriteCommand): Promise<WriteResult> {
  return { status: 200, body: await own.updatePool(parts.name ?? '', parsePoolPatch(body), by) };
}

async function deletePool(own: OwnRegistry, { parts, by }: WriteCommand): Promise<WriteResult> {
  await own.deletePool(parts.name ?? '', by);
  return { status: 204 };
}
