import type { AdviceRows } from '../advice/advice.ts';
import { type EphemeralRange, withOwnRanges } from '../rows/ephemeral-range.ts';
import { type Page, type PageRequest, pageOf } from '../values/page.ts';
import { formatSpan } from '../values/port-range.ts';
import { perVersionInSteps, type SteppedValue } from '../values/registry-version.ts';
import { compareServiceNames } from '../values/service-name.ts';
import { compareTexts } from '../values/text-order.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import { enumerate } from '../values/wording.ts';
import { CLAIM_RULES, type ClaimFacts, type ClaimRule, protocolsOf, withPools } from './claim-rules.ts';
import {
  CONFLICT_SEVERITIES,
  type Conflict,
  type ConflictEntry,
  type ConflictFilter,
  isSameEnvironment,
  type StoredEntry,
} from './conflict.ts';
import { computeListedClaims, type ListedClaims, type PortAlias } from './listed-claims.ts';
import { findOverlaps, type Overlap } from './overlaps.ts';
import { type EntryChange, findWarnings, type HeldWarning } from './warnings.ts';

/** The stored rows on which conflicts depend. */
export interface ConflictRows
  extends Pick<AdviceRows, 'version' | 'registryDate' | 'ephemeralRanges' | 'maskRows' | 'blockedPorts' | 'pools'> {
  /** Lists all own entries, in no particular order. */
  ownFacts(): { readonly ownUses: readonly StoredEntry[] };
  /** Lists the own entries that follow an id, by id, at most as many as asked for. Retired entries are left out. */
  ownUsesAfter(id: string, limit: number): readonly StoredEntry[];
  /** Lists the other names of ports, in no particular order. */
  portAliases(): PortAlias[];
}

/** A conflict of an entry with a claim. Its texts are composed only for the page that contains it. */
interface FoundClaim {
  readonly rule: ClaimRule;
  readonly entry: StoredEntry;
  readonly protocol: TransportProtocol;
}

/** All conflicts, in the order of answers. */
interface FoundConflicts {
  readonly entries: readonly StoredEntry[];
  readonly facts: ClaimFacts;
  readonly overlaps: readonly Overlap[];
  readonly claims: readonly FoundClaim[];
}

/** The most entries of one step: a few milliseconds. */
const STEP_ENTRIES = 500;

/** The most entries that the detail of an overlap names. */
const MOST_NAMED = 3;

/**
 * Finds the conflicts of own entries from stored rows. Each method runs several queries, so the caller opens a transaction.
 */
export class Conflicts {
  readonly #rows: ConflictRows;
  readonly #ownRanges: readonly EphemeralRange[];
  readonly #lists: SteppedValue<ListedClaims>;
  readonly #found: SteppedValue<FoundConflicts>;

  /**
   * @param rows - The stored rows, over one connection.
   * @param ownRanges - The configured ephemeral ranges.
   */
  constructor(rows: ConflictRows, ownRanges: readonly EphemeralRange[]) {
    this.#rows = rows;
    this.#ownRanges = ownRanges;
    this.#lists = perVersionInSteps(rows, () => this.#computeLists(), ['lists']);
    this.#found = perVersionInSteps(rows, () => this.#findAll(), ['lists', 'own']);
  }

  /**
   * Runs one step of the search for all conflicts, which `page` needs. Else `page` runs all steps at once.
   *
   * @returns True if the conflicts of the current rows are found.
   */
  prepareStep(): boolean {
    return this.#lists.step() && this.#found.step();
  }

  /** Lists the conflicts of all own entries: by severity, kind and first port of the entry. */
  page(filter: ConflictFilter, request: PageRequest): Page<Conflict> {
    const found = this.#found.value();
    const overlaps = found.overlaps.filter((overlap) => matchesOverlap(filter, overlap, found.entries));
    const claims = found.claims.filter((claim) => matchesClaim(filter, claim));
    const { count, results } = pageOf<Overlap | FoundClaim>([...overlaps, ...claims], request);
    return { count, results: results.map((one) => ('rule' in one ? ofClaim(one, found.facts) : ofOverlap(one))) };
  }

  /**
   * Finds the conflicts that changes of own entries create, before or after they are stored in this transaction.
   *
   * @param changes - The changes. An entry without an id is not stored yet.
   * @param stored - The stored own entries that overlap with a changed one, at least; all own entries by default.
   * @returns The warnings of each change, as `findWarnings`.
   */
  warnings(
    changes: readonly EntryChange[],
    stored: readonly StoredEntry[] = this.#rows.ownFacts().ownUses,
  ): HeldWarning[][] {
    return findWarnings(changes, stored, withPools(this.#lists.value(), this.#rows.pools()));
  }

  *#computeLists(): Generator<void, ListedClaims> {
    const assignments = this.#rows.maskRows();
    yield;
    return yield* computeListedClaims({
      // Own entries can be written before the first import.
      registryDate: assignments.length === 0 ? '' : this.#rows.registryDate().date,
      assignments,
      aliases: this.#rows.portAliases(),
      ephemeralRanges: withOwnRanges(this.#rows.ephemeralRanges(), this.#ownRanges),
      blockedPorts: this.#rows.blockedPorts(),
    });
  }

  *#findAll(): Generator<void, FoundConflicts> {
    const facts = withPools(this.#lists.value(), this.#rows.pools());
    const entries: StoredEntry[] = [];
    for (let last = ''; ; last = entries.at(-1)?.id ?? '') {
      const page = this.#rows.ownUsesAfter(last, STEP_ENTRIES);
      entries.push(...page);
      yield;
      if (page.length < STEP_ENTRIES) break;
    }
    entries.sort(compareEntries);
    yield;
    const overlaps = yield* findOverlaps(entries);
    const claims: FoundClaim[] = [];
    for (const rule of CLAIM_RULES) {
      for (const [index, entry] of entries.entries()) {
        if (index % STEP_ENTRIES === STEP_ENTRIES - 1) yield;
        for (const protocol of protocolsOf(rule, entry)) {
          if (rule.applies(entry, facts, protocol)) claims.push({ rule, entry, protocol });
        }
      }
    }
    return { entries, facts, overlaps, claims };
  }
}

function compareEntries(a: StoredEntry, b: StoredEntry): number {
  return (
    a.firstPort - b.firstPort ||
    a.lastPort - b.lastPort ||
    compareServiceNames(a.name, b.name) ||
    compareTexts(a.id, b.id)
  );
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

function isIn({ protocol, environment, firstPort, lastPort }: Overlap, entry: StoredEntry): boolean {
  return (
    entry.firstPort <= lastPort &&
    firstPort <= entry.lastPort &&
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
