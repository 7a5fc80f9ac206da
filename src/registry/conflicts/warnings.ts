import { isInUse } from '../rows/association.ts';
import { namePorts } from '../values/port-range.ts';
import { quoteInput, RegistryError } from '../values/registry-error.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import { enumerate } from '../values/wording.ts';
import { CLAIM_RULES, type ClaimFacts, protocolsOf } from './claim-rules.ts';
import {
  type CheckedEntry,
  CONFLICT_SEVERITIES,
  type ConflictKind,
  type Holder,
  MOST_ENTRIES,
  type StoredEntry,
  type Warning,
} from './conflict.ts';
import { findOverlapping } from './overlapping-entries.ts';

/** The most entries that the warnings of all changes name together, each change at least one. */
const MOST_NAMED = 10_000;

/** A new or changed own entry. */
export interface EntryChange {
  /** The entry before the change; null for a new one. */
  readonly before: CheckedEntry | null;
  readonly after: CheckedEntry;
}

/** A warning with the other sides of the conflict, if its severity is `avoid`. */
export interface HeldWarning extends Warning {
  readonly holders: readonly Holder[];
  /** Identifies the other sides, for the comparison with the conflicts of an earlier version of the entry. */
  readonly sides: readonly string[];
}

/**
 * Finds the conflicts that changes of own entries create, with stored entries and with each other, with pools and with the
 * loaded lists. Conflicts that an entry had before are left out.
 *
 * @param changes - The changes.
 * @param stored - The stored own entries that overlap with a changed one, at least. Those that change are replaced.
 * @param facts - The claims of lists and pools.
 * @returns The warnings of each change, the most severe first. At most `MOST_ENTRIES` of them name another entry, fewer for
 *   more than 100 changes; one more warning then reports further ones.
 */
export function findWarnings(
  changes: readonly EntryChange[],
  stored: readonly CheckedEntry[],
  facts: ClaimFacts,
): HeldWarning[][] {
  const changed = new Set(changes.flatMap(({ after }) => after.id ?? []));
  const others = stored.filter(({ id }) => id === null || !changed.has(id));
  const all = [...changes.map(({ after }) => after), ...others].filter(isInUse);
  const checked = changes.flatMap(({ before, after }) => (before === null ? [after] : [before, after])).filter(isInUse);
  const most = Math.min(MOST_ENTRIES, Math.max(1, Math.floor(MOST_NAMED / changes.length)));
  const overlapping = findOverlapping(checked, all, most);
  const warningsOf = (entry: CheckedEntry): HeldWarning[] => {
    if (!isInUse(entry)) return [];
    const { others, hasMore } = overlapping.get(entry) ?? { others: new Map(), hasMore: false };
    const overlaps = [...others].map(([other, protocols]) => overlapWarning(other, protocols));
    return [...overlaps, ...(hasMore ? [FURTHER_OVERLAPS] : []), ...claimWarnings(entry, facts)];
  };
  return changes.map(({ before, after }) => {
    const warnings = warningsOf(after);
    if (before === null || warnings.length === 0) return warnings;
    const known = new Set(warningsOf(before).flatMap(({ sides }) => sides));
    return warnings.filter(({ sides }) => !sides.every((side) => known.has(side)));
  });
}

const FURTHER_OVERLAPS: HeldWarning = {
  ...warning('overlap', 'It overlaps further own entries, too many to name.', 'own entries'),
  holders: [],
  sides: ['further'],
};

function overlapWarning(other: CheckedEntry, protocols: readonly TransportProtocol[]): HeldWarning {
  const { id, name, owner, environment } = other;
  const detail = `It overlaps the own entry ${name}, which uses ${placeOf(other)}.`;
  const holder = { kind: 'association', id, name, owner, environment } as const;
  const source = id ?? `own entry ${name}`;
  const sides = protocols.map((protocol) => `${source} ${protocol}`);
  return { ...warning('overlap', detail, source), holders: [holder], sides };
}

/** Finds the conflicts of an entry with claims. */
function claimWarnings(entry: CheckedEntry, facts: ClaimFacts): HeldWarning[] {
  return CLAIM_RULES.flatMap((rule) =>
    protocolsOf(rule, entry).flatMap((protocol) => {
      const found = rule.find(entry, facts, protocol);
      return found === null
        ? []
        : [{ ...warning(rule.kind, found.detail, found.source), holders: found.holders, sides: found.claimKeys }];
    }),
  );
}

function warning(code: ConflictKind, detail: string, source: string): Warning {
  return { code, severity: CONFLICT_SEVERITIES[code], detail, source };
}

/** Describes the ports, protocols, owner and environment of an entry, for a sentence. */
function placeOf({ protocols, owner, environment, ...span }: CheckedEntry): string {
  const words = [`${namePorts(span)} on ${enumerate(protocols)}`];
  if (owner !== null) words.push(`owned by ${owner}`);
  if (environment !== null) words.push(`in ${environment}`);
  return words.join(', ');
}

/**
 * Returns warnings without the other sides, as answers have them.
 *
 * @param found - The warnings.
 */
export function toWarnings(found: readonly HeldWarning[]): Warning[] {
  return found.map(({ code, severity, detail, source }) => ({ code, severity, detail, source }));
}

/**
 * Refuses a write that creates a conflict with the severity `avoid`.
 *
 * @param found - The warnings of each written entry, by id.
 * @param entries - The written entries.
 * @param action - The refused action for the message, such as `create the entry`.
 * @throws {RegistryError} `conflict`, with up to `MOST_ENTRIES` holders.
 */
export function refuseConflicts(
  found: ReadonlyMap<string, readonly HeldWarning[]>,
  entries: readonly StoredEntry[],
  action: string,
): void {
  const refused = entries.flatMap(({ id, name }) =>
    (found.get(id) ?? [])
      .filter(({ severity }) => severity === 'avoid')
      .map((warning) => ({ ...warning, prefix: entries.length === 1 ? '' : `${quoteInput(name)}: ` })),
  );
  if (refused.length === 0) return;
  const holders = new Map(refused.flatMap((one) => one.holders).map((holder) => [holder.id ?? holder.name, holder]));
  const details = refused.slice(0, MOST_ENTRIES).map(({ prefix, detail }) => prefix + detail);
  const more = refused.length - details.length;
  const rest = more === 0 ? '' : ` And ${more.toLocaleString('en')} more.`;
  throw new RegistryError('conflict', `Cannot ${action}: ${details.join(' ').replace(/^It /, 'it ')}${rest}`, {
    holders: [...holders.values()].slice(0, MOST_ENTRIES),
  });
}
