import type { AdviceRows } from '../advice/advice.ts';
import type { OfficialRow } from '../advice/advice-facts.ts';
import { type EphemeralRange, withOwnRanges } from '../rows/ephemeral-range.ts';
import type { Page, PageRequest } from '../values/page.ts';
import { boundsOf, type PortSpan, spanWidth } from '../values/port-range.ts';
import { perVersionInSteps, type SteppedValue } from '../values/registry-version.ts';
import { runAllSteps, type Steps } from '../values/run-step.ts';
import { compareServiceNames } from '../values/service-name.ts';
import { compareTexts } from '../values/text-order.ts';
import { CLAIM_RULES, protocolsOf, withPools } from './claim-rules.ts';
import type { Conflict, ConflictFilter, StoredEntry } from './conflict.ts';
import { type FoundClaim, type FoundConflicts, pageOfConflicts } from './found-conflicts.ts';
import { type ConflictLists, computeListedClaims, type ListedClaims, type PortAlias } from './listed-claims.ts';
import { findOverlaps } from './overlaps.ts';
import { type EntryChange, findWarnings, type HeldWarning } from './warnings.ts';

/** The stored rows on which conflicts depend. */
export interface ConflictRows
  extends Pick<AdviceRows, 'version' | 'registryDate' | 'ephemeralRanges' | 'maskRows' | 'blockedPorts' | 'pools'> {
  /** Finds the official rows that overlap a span, with the fields of `maskRows` and in the same order. */
  maskRowsIn(span: PortSpan): OfficialRow[];
  /** Finds the own entries that overlap a span, in no particular order. */
  ownUsesIn(span: PortSpan): readonly StoredEntry[];
  /** Lists the own entries that are not retired, in no particular order, in steps of a few milliseconds. */
  ownUses(): Steps<StoredEntry[]>;
  /** Lists the other names of ports, in no particular order, in steps of a few milliseconds. */
  portAliases(): Steps<PortAlias[]>;
  /** Finds the other names of the ports of a span, in the order of `portAliases`. */
  portAliasesIn(span: PortSpan): PortAlias[];
}

/** The most ports of changes whose claims are computed from the rows there. All claims take 0.2 s, those of a port 1 ms. */
const FEW_PORTS = 1_000;

/** The most entries of one step: a few milliseconds. */
const STEP_ENTRIES = 500;

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
    return pageOfConflicts(this.#found.value(), filter, request);
  }

  /**
   * Finds the conflicts that changes of own entries create, before or after they are stored in this transaction.
   *
   * @param changes - The changes. An entry without an id is not stored yet.
   * @param stored - The stored own entries that overlap with a changed one, at least. They are read if not given.
   * @returns The warnings of each change, as `findWarnings`.
   */
  warnings(
    changes: readonly EntryChange[],
    stored: readonly StoredEntry[] = this.#rows.ownUsesIn(boundsOf(changes.map(({ after }) => after))),
  ): HeldWarning[][] {
    return findWarnings(changes, stored, withPools(this.#listsFor(changes), this.#rows.pools()));
  }

  /** Returns the claims of the lists, at least those on the ports of changes. */
  #listsFor(changes: readonly EntryChange[]): ListedClaims {
    const span = boundsOf(changes.flatMap(({ before, after }) => (before === null ? [after] : [before, after])));
    if (this.#lists.isReady() || spanWidth(span) >= FEW_PORTS) return this.#lists.value();
    // The names of a claim are those of all its ports, which the rows on one of its ports contain.
    const around = boundsOf([span, ...this.#rows.maskRowsIn(span)]);
    const rows = this.#rows.maskRowsIn(around);
    return runAllSteps(computeListedClaims(this.#listsOf(rows, this.#rows.portAliasesIn(around))));
  }

  *#computeLists(): Steps<ListedClaims> {
    const assignments = yield* this.#rows.maskRows();
    return yield* computeListedClaims(this.#listsOf(assignments, yield* this.#rows.portAliases()));
  }

  #listsOf(assignments: readonly OfficialRow[], aliases: readonly PortAlias[]): ConflictLists {
    return {
      // Own entries can be written before the first import.
      registryDate: assignments.length === 0 ? '' : this.#rows.registryDate().date,
      assignments,
      aliases,
      ephemeralRanges: withOwnRanges(this.#rows.ephemeralRanges(), this.#ownRanges),
      blockedPorts: this.#rows.blockedPorts(),
    };
  }

  *#findAll(): Steps<FoundConflicts> {
    const facts = withPools(this.#lists.value(), this.#rows.pools());
    const entries = yield* this.#rows.ownUses();
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
