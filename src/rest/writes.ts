import { type PoolReport, parsePool } from '../registry/advice/pool.ts';
import { parseReservation } from '../registry/advice/reservation.ts';
import { parseOwnEntries, parseOwnEntry, parseOwnPatch } from '../registry/own/own-entry.ts';
import type { Author, Scope } from '../registry/own/token.ts';
import type { OwnRegistry } from '../registry/own-registry.ts';
import type { Association } from '../registry/rows/association.ts';
import type { List } from './list.ts';

/** A request for a write: token and precondition are checked, and the body is parsed JSON. */
export interface WriteCommand {
  /** The named parts of the path, decoded. */
  readonly parts: Readonly<Record<string, string | undefined>>;
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
  readonly body?: Association | List<Association> | PoolReport;
}

/** A route of a write. */
export interface WriteRoute {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** The path, in Express' notation. */
  readonly path: string;
  /** The required scope of the token. */
  readonly scope: Scope;
  /** The media types of the body; empty for routes without a body. */
  readonly takes: readonly string[];
  /** True if the request must have `If-Match` with the revision of the association. */
  readonly needsMatch: boolean;
  readonly write: (own: OwnRegistry, question: WriteCommand) => Promise<WriteResult>;
}

const JSON_TYPE = 'application/json';
const PATCH_TYPES = [JSON_TYPE, 'application/merge-patch+json'];

/** The routes of all writes. */
export const WRITES: readonly WriteRoute[] = [
  route('POST', '/associations', 'write', [JSON_TYPE], false, createAssociations),
  route('PATCH', '/associations/:id', 'write', PATCH_TYPES, true, updateAssociation),
  route('DELETE', '/associations/:id', 'write', [], true, deleteAssociation),
  route('POST', '/associations/:id/approval', 'admin', [], true, approve),
  route('DELETE', '/associations/:id/approval', 'admin', [], true, withdrawApproval),
  route('POST', '/reservations', 'write', [JSON_TYPE], false, reserve),
  route('POST', '/pools', 'admin', [JSON_TYPE], false, createPool),
  route('DELETE', '/pools/:name', 'admin', [], false, deletePool),
];

function route(
  method: WriteRoute['method'],
  path: string,
  scope: Scope,
  takes: readonly string[],
  needsMatch: boolean,
  write: WriteRoute['write'],
): WriteRoute {
  return { method, path, scope, takes, needsMatch, write };
}

/** Creates one entry, or a list of entries: all of them, or none on an error. */
async function createAssociations(own: OwnRegistry, { body, by }: WriteCommand): Promise<WriteResult> {
  if (Array.isArray(body)) {
    const results = await own.create(parseOwnEntries(body), by);
    return { status: 201, body: { count: results.length, next: null, previous: null, results } };
  }
  const [created] = await own.create([parseOwnEntry(body)], by);
  return created === undefined
    ? { status: 201 }
    : { status: 201, location: `/associations/${created.id}`, body: created };
}

async function updateAssociation(own: OwnRegistry, { parts, body, revision, by }: WriteCommand): Promise<WriteResult> {
  return { status: 200, body: await own.update(parts.id ?? '', parseOwnPatch(body), revision, by) };
}

async function deleteAssociation(own: OwnRegistry, { parts, revision, by }: WriteCommand): Promise<WriteResult> {
  await own.remove(parts.id ?? '', revision, by);
  return { status: 204 };
}

async function approve(own: OwnRegistry, { parts, revision, by }: WriteCommand): Promise<WriteResult> {
  return { status: 200, body: await own.approve(parts.id ?? '', true, revision, by) };
}

async function withdrawApproval(own: OwnRegistry, { parts, revision, by }: WriteCommand): Promise<WriteResult> {
  return { status: 200, body: await own.approve(parts.id ?? '', false, revision, by) };
}

async function reserve(own: OwnRegistry, { body, by }: WriteCommand): Promise<WriteResult> {
  const reserved = await own.reserve(parseReservation(body), by);
  return { status: 201, location: `/associations/${reserved.id}`, body: reserved };
}

async function createPool(own: OwnRegistry, { body, by }: WriteCommand): Promise<WriteResult> {
  const pool = await own.createPool(parsePool(body), by);
  return { status: 201, location: `/pools/${encodeURIComponent(pool.name)}`, body: pool };
}

async function deletePool(own: OwnRegistry, { parts, by }: WriteCommand): Promise<WriteResult> {
  await own.deletePool(parts.name ?? '', by);
  return { status: 204 };
}
