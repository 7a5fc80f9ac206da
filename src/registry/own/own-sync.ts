import type { Association } from '../rows/association.ts';
import { Faults } from '../values/fields.ts';
import type { PortSpan } from '../values/port-range.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import type { OwnEntry } from './own-fields.ts';
import { type Key, matchRows, type OwnRow, type OwnStep, PORT_KEYS, toStep } from './own-import.ts';

/** What selects the entries that a file replaces. */
export const SYNC_SCOPES = ['owner', 'tag', 'pool'] as const;

/** The entries that a file replaces: those of an owner, with a tag, or on the ports of a pool. */
export interface SyncScope {
  readonly kind: (typeof SYNC_SCOPES)[number];
  readonly name: string;
}

/** The ports of a pool. */
export interface PoolPorts {
  readonly spans: readonly PortSpan[];
  readonly protocols: readonly TransportProtocol[];
}

/**
 * Parses the scope of a synchronization.
 *
 * @param given - The values of `owner`, `tag` and `pool`.
 * @throws {RegistryError} `invalid_argument` unless exactly one is given.
 */
export function parseSyncScope(given: Readonly<Partial<Record<SyncScope['kind'], string>>>): SyncScope {
  const scopes = SYNC_SCOPES.flatMap((kind) => (given[kind] === undefined ? [] : { kind, name: given[kind] }));
  const [scope] = scopes;
  if (scope !== undefined && scopes.length === 1 && scope.name !== '') return scope;
  const got =
    scopes.length === 0 ? 'none' : scopes.map(({ kind, name }) => `${kind} ${quoteInput(name)}`).join(' and ');
  throw new RegistryError('invalid_argument', `Cannot synchronize: expected one of owner, tag and pool, got ${got}`, {
    parameter: scope?.kind ?? 'owner',
  });
}

const byName: Key = ({ name }) => name;

/** The keys of the same entry with other protocols, which the file may not have, or on other ports. */
const NAME_KEYS: readonly Key[] = [
  ({ name, firstPort, lastPort }) => JSON.stringify([name, firstPort, lastPort]),
  ({ name, environment }) => JSON.stringify([name, environment]),
  byName,
];

/**
 * Plans a synchronization: afterwards the entries of the scope are those of the file. A row updates the entry with its id,
 * or else the one with the same name: on the same ports, or in the same environment, or any. Other entries of the scope are
 * deleted. A row without the owner or the tag of the scope gets it.
 *
 * @param rows - The rows of the file.
 * @param existing - All own entries.
 * @param scope - The scope.
 * @param findPool - Finds a pool by its name.
 * @returns The steps in the order of the rows, then the deletions.
 * @throws {RegistryError} `invalid_argument` with all rows outside of the scope in `errors`, or for no rows that would delete
 *   all entries of the scope; as `findPool`.
 */
export function planSync(
  rows: readonly OwnRow[],
  existing: readonly Association[],
  scope: SyncScope,
  findPool: (name: string) => PoolPorts,
): OwnStep[] {
  const { contains, place, expected } = RULES[scope.kind](scope.name, findPool);
  const members = existing.filter(contains);
  if (rows.length === 0 && members.length > 0) throw emptyFile(scope, members.length);
  const others = new Set(existing.filter((entry) => !contains(entry)).map(({ id }) => id));
  const faults = new Faults();
  const placed = rows.map((row) => {
    const entry = place(row.entry);
    const add = (detail: string) => faults.add(() => ({ parameter: `line ${row.line}`, detail }));
    if (!contains(entry)) add(`Expected ${expected}`);
    if (row.id !== null && others.has(row.id))
      add(`Expected the id of an entry of the ${scope.kind} ${quoteInput(scope.name)}, or none: got ${row.id}`);
    return { ...row, entry };
  });
  faults.check(({ parameter, detail }) => `Cannot synchronize ${parameter}: ${detail.replace(/^E/, 'e')}`);
  const matches = matchRows(placed, members, [...PORT_KEYS, ...NAME_KEYS]);
  const kept = new Set(matches.values());
  return [
    ...placed.map((row) => toStep(row, matches.get(row))),
    ...members.filter((entry) => !kept.has(entry)).map((before): OwnStep => ({ action: 'delete', before })),
  ];
}

/** Returns the error for an empty file, which is more often the result of a failed export than intended. */
function emptyFile({ kind, name }: SyncScope, count: number): RegistryError {
  const found = count === 1 ? 'the only entry' : `all ${count} entries`;
  const detail = `Cannot synchronize: expected at least one entry; a file without any would delete ${found} of the ${kind} ${quoteInput(name)}`;
  return new RegistryError('invalid_argument', detail, { parameter: kind });
}

/** The entries of a scope. */
interface ScopeRule {
  readonly contains: (entry: OwnEntry) => boolean;
  /** Returns an entry with the owner or tag of the scope, if it has none. */
  readonly place: (entry: OwnEntry) => OwnEntry;
  /** What a row must have, for an error. */
  readonly expected: string;
}

/** The most tags of an entry. */
const MOST_TAGS = 20;

const RULES: Readonly<Record<SyncScope['kind'], (name: string, findPool: (name: string) => PoolPorts) => ScopeRule>> = {
  owner: (name) => ({
    contains: ({ owner }) => owner === name,
    place: (entry) => ({ ...entry, owner: entry.owner ?? name }),
    expected: `the owner ${quoteInput(name)} or none`,
  }),
  tag: (name) => ({
    contains: ({ tags }) => tags.includes(name),
    place: (entry) =>
      entry.tags.includes(name) || entry.tags.length >= MOST_TAGS ? entry : { ...entry, tags: [...entry.tags, name] },
    expected: `the tag ${quoteInput(name)}, or fewer than ${MOST_TAGS} tags`,
  }),
  pool: (name, findPool) => {
    const { spans, protocols } = findPool(name);
    return {
      contains: (entry) =>
        spans.some((span) => isInside(entry, span)) &&
        entry.protocols.every((protocol) => protocols.includes(protocol)),
      place: (entry) => entry,
      expected: `ports and protocols of the pool ${quoteInput(name)}`,
    };
  },
};

function isInside(inner: PortSpan, outer: PortSpan): boolean {
  return outer.firstPort <= inner.firstPort && inner.lastPort <= outer.lastPort;
}
