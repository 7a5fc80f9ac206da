import { isSameEnvironment } from '../rows/environment.ts';
import { type Page, type PageRequest, pageOf } from '../values/page.ts';
import { formatSpan, overlaps } from '../values/port-range.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import { enumerate } from '../values/wording.ts';
import type { ClaimFacts, ClaimRule } from './claim-rules.ts';
import {
  CONFLICT_SEVERITIES,
  type Conflict,
  type ConflictEntry,
  type ConflictFilter,
  type StoredEntry,
} from './conflict.ts';
import type { Overlap } from './overlaps.ts';

/** A conflict of an entry with a claim. Its texts are composed only for the page that contains it. */
export interface FoundClaim {
  readonly rule: ClaimRule;
  readonly entry: StoredEntry;
  readonly protocol: TransportProtocol;
}

/** All conflicts, in the order of answers. */
export interface FoundConflicts {
  readonly entries: readonly StoredEntry[];
  readonly facts: ClaimFacts;
  readonly overlaps: readonly Overlap[];
  readonly claims: readonly FoundClaim[];
}

/** The most entries that the detail of an overlap names. */
const MOST_NAMED = 3;

/**
 * Composes a page of the conflicts that match a filter.
 *
 * @param found - All conflicts.
 * @param filter - The filter.
 * @param request - The page.
 */
export function pageOfConflicts(found: FoundConflicts, filter: ConflictFilter, request: PageRequest): Page<Conflict> {
  const overlaps = found.overlaps.filter((overlap) => matchesOverlap(filter, overlap, found.entries));
  const claims = found.claims.filter((claim) => matchesClaim(filter, claim));
  const { count, results } = pageOf<Overlap | FoundClaim>([...overlaps, ...claims], request);
  return { count, results: results.map((one) => ('rule' in one ? ofClaim(one, found.facts) : ofOverlap(one))) };
}

function matchesClaim(
  { kind, severity, protocol, ...who }: ConflictFilter,
  { rule, entry, ...found }: FoundClaim,
): boolean {
  return (
    (kind === null || kind === rule.kind) &&
    (severity === null || severity === CONFLICT_SEVERITIES[rule.kind]) &&
    (protocol === null || !rule.isPerProtocol || protocol === found.protocol) &&
    matchesEntry(who, entry)
  );
}

function matchesOverlap(
  { kind, severity, protocol, ...who }: ConflictFilter,
  overlap: Overlap,
  all: readonly StoredEntry[],
): boolean {
  if (kind !== null && kind !== 'overlap') return false;
  if (severity !== null && severity !== CONFLICT_SEVERITIES.overlap) return false;
  if (protocol !== null && protocol !== overlap.protocol) return false;
  if (overlap.entries.some((entry) => matchesEntry(who, entry))) return true;
  if (overlap.entryCount === overlap.entries.length) return false;
  // The entries that the overlap does not name are those on its ports.
  return all.some((entry) => matchesEntry(who, entry) && isIn(overlap, entry));
}

function matchesEntry(
  { owner, environment }: Pick<ConflictFilter, 'owner' | 'environment'>,
  entry: StoredEntry,
): boolean {
  return (owner === null || owner === entry.owner) && (environment === null || environment === entry.environment);
}

function isIn(overlap: Overlap, entry: StoredEntry): boolean {
  const { protocol, environment } = overlap;
  return (
    overlaps(overlap, entry) &&
    entry.protocols.includes(protocol) &&
    (environment === null || (entry.environment !== null && isSameEnvironment(environment, entry.environment)))
  );
}

function ofClaim({ rule, entry, protocol }: FoundClaim, facts: ClaimFacts): Conflict {
  const found = rule.find(entry, facts, protocol);
  if (found === null) throw new Error(`${rule.kind} applies to ${entry.id} and finds nothing`);
  const { detail, remedy, source, firstPort, lastPort } = found;
  return {
    kind: rule.kind,
    severity: CONFLICT_SEVERITIES[rule.kind],
    ...{ detail, remedy, source },
    protocol: rule.isPerProtocol ? protocol : null,
    ...{ firstPort, lastPort },
    entries: [toConflictEntry(entry)],
    entryCount: 1,
  };
}

function ofOverlap(overlap: Overlap): Conflict {
  const { protocol, environment, firstPort, lastPort, entries, entryCount } = overlap;
  const names = entries.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = entryCount - names.length;
  const named = enumerate(more === 0 ? names : [...names, `${more.toLocaleString('en')} more`]);
  // The spelling of the first entry, as the comparison ignores case.
  const where = environment === null ? '' : `, in ${entries[0]?.environment}`;
  return {
    kind: 'overlap',
    severity: CONFLICT_SEVERITIES.overlap,
    detail: `${named} overlap on ${formatSpan(overlap)}/${protocol}${where}.`,
    remedy: 'Move all but one of them to other ports. If they never run in the same environment, set it.',
    source: 'own entries',
    ...{ protocol, firstPort, lastPort },
    entries: entries.map(toConflictEntry),
    entryCount,
  };
}

function toConflictEntry({ id, name, owner, environment }: StoredEntry): ConflictEntry {
  return { id, name, owner, environment };
}
