import type { RegistryDate } from '../report/port-report.ts';
import { type EphemeralRange, withOwnRanges } from '../rows/ephemeral-range.ts';
import { LAST_PORT } from '../values/port-number.ts';
import type { PortSpan } from '../values/port-range.ts';
import { perVersion, perVersionInSteps, type SteppedValue } from '../values/registry-version.ts';
import type { Steps } from '../values/run-step.ts';
import type { AdviceFacts, AdviceUse, ObservedUse, OfficialRow, OwnFacts, Pool } from './advice-facts.ts';
import type { AdviceQuestion, SuggestionQuestion } from './advice-question.ts';
import { type PoolReport, poolReport, type UsedPorts, usedPorts } from './pool.ts';
import { computePortMasks, type PortMasks } from './port-masks.ts';
import { createQuarantine, type EntryPorts, type ReleaseRows } from './released-ports.ts';
import { type Choice, choosePorts, type SuggestionList } from './suggestions.ts';
import { judgePort, type Suitability } from './suitability.ts';

/** The stored rows on which advice depends. A method that finds rows does so in no particular order. */
export interface AdviceRows extends ReleaseRows {
  /** Returns the date of the official rows. Throws `unavailable` before the first import. */
  registryDate(): RegistryDate;
  /** Lists all ephemeral ranges by system, the current versions first. */
  ephemeralRanges(): EphemeralRange[];
  /** Finds the official rows that overlap a span. */
  officialRows(span: PortSpan): OfficialRow[];
  /** Lists all official rows with ports, with only the fields that decide the exclusion masks, in steps of a few milliseconds. */
  maskRows(): Steps<OfficialRow[]>;
  /** Finds the informal and own uses that overlap a span. */
  uses(span: PortSpan): AdviceUse[];
  /** Lists all informal uses, without their sources, in steps of a few milliseconds. */
  informalUses(): Steps<AdviceUse[]>;
  /** Lists all own uses, without their sources, in steps of a few milliseconds. */
  ownUses(): Steps<AdviceUse[]>;
  /** Lists the pools by name. */
  pools(): readonly Pool[];
  /** Lists the ports that browsers block. */
  blockedPorts(): number[];
  /** Returns the version of what hosts have reported. */
  observedVersion(): number;
  /** Counts the hosts that listen on the ports of a span, by port, protocol and environment. */
  observedUses(span: PortSpan): ObservedUse[];
}

type SharedFacts = Omit<AdviceFacts, 'assignments' | 'informalUses' | 'ownUses' | 'observedUses'>;

/** The ports of one step that reads what hosts have reported: 2 ms for 500 hosts with 60 sockets. */
const STEP_PORTS = 2_048;

/**
 * Computes advice from stored rows. Each method runs several queries, so the caller opens a transaction. In a write
 * transaction, a suggested port is still free when the entry is stored.
 */
export class Advice {
  readonly #rows: AdviceRows;
  readonly #ownRanges: readonly EphemeralRange[];
  readonly #masks: SteppedValue<PortMasks>;
  /** Triggers set the version, so it changes inside a transaction too. */
  readonly #ownFacts: SteppedValue<OwnFacts>;
  readonly #quarantine: Pick<SteppedValue<readonly EntryPorts[]>, 'step' | 'value'>;
  readonly #usedPorts: () => UsedPorts;
  readonly #observed: SteppedValue<readonly ObservedUse[]>;

  /**
   * @param rows - The stored rows, over one connection.
   * @param ownRanges - The configured ephemeral ranges.
   * @param quarantineDays - The number of days in which a released port is not given again; 0 for none.
   */
  constructor(rows: AdviceRows, ownRanges: readonly EphemeralRange[], quarantineDays = 0) {
    this.#rows = rows;
    this.#ownRanges = ownRanges;
    this.#masks = perVersionInSteps(rows, () => this.#computeMasks(), ['lists']);
    this.#quarantine = createQuarantine(rows, quarantineDays);
    this.#ownFacts = perVersionInSteps(rows, () => this.#readOwn(), ['own']);
    this.#usedPorts = perVersion(rows, () => usedPorts(this.#ownFacts.value().ownUses), ['own']);
    const observed = { version: () => ({ lists: rows.observedVersion(), own: 0 }) };
    this.#observed = perVersionInSteps(observed, () => this.#readObserved(), ['lists']);
  }

  /** Returns whether one port suits, with the reasons. */
  suitability(number: number, question: AdviceQuestion): Suitability {
    return judgePort(number, question, this.#factsAround(number, question));
  }

  /** Suggests ports, with the reasons for and against each. */
  suggestions(question: SuggestionQuestion): SuggestionList {
    const { ports, detail } = this.choose(question);
    const shared = this.#sharedFacts();
    const results = ports.map((number) => {
      const { reasons } = judgePort(number, question, this.#factsAround(number, question, shared), question.avoid);
      return { number, protocol: question.protocol, reasons };
    });
    return { count: results.length, detail, results };
  }

  /** Lists the pools by name, with their usage. */
  pools(): PoolReport[] {
    return this.#ownFacts.value().pools.map((pool) => poolReport(pool, this.#usedPorts()));
  }

  /** Returns a pool, which need not be stored any more, with its current usage. */
  usage(pool: Pool): PoolReport {
    return poolReport(pool, this.#usedPorts());
  }

  /** Finds a pool by its name. */
  pool(name: string | null): Pool | undefined {
    return this.#rows.pools().find((pool) => pool.name === name);
  }

  /** Chooses ports without reasons, none of them in the excluded span. */
  choose(question: SuggestionQuestion, excluded?: PortSpan): Choice {
    const observed = question.seesObserved === true ? { observedUses: this.#observed.value() } : {};
    const own = { ...this.#ownFacts.value(), ...observed, released: this.#quarantine.value() };
    return choosePorts(question, this.#masks.value(), own, excluded);
  }

  /**
   * Runs one step of the masks of the lists and of reading own facts and releases, which `choose` needs. Without these steps, `choose`
   * runs them all at once.
   *
   * @param seesObserved - True if what hosts have reported counts too.
   * @returns True if no step is left.
   */
  prepareStep(seesObserved: boolean): boolean {
    return (
      this.#masks.step() && this.#ownFacts.step() && this.#quarantine.step() && (!seesObserved || this.#observed.step())
    );
  }

  /**
   * Runs one step of reading own facts, which `pools` and `usage` need.
   *
   * @returns True if no step is left.
   */
  prepareOwnStep(): boolean {
    return this.#ownFacts.step();
  }

  *#readOwn(): Steps<OwnFacts> {
    return { ownUses: yield* this.#rows.ownUses(), pools: this.#rows.pools() };
  }

  *#readObserved(): Steps<readonly ObservedUse[]> {
    const uses: ObservedUse[] = [];
    for (let firstPort = 0; firstPort <= LAST_PORT; firstPort += STEP_PORTS) {
      for (const use of this.#rows.observedUses({ firstPort, lastPort: firstPort + STEP_PORTS - 1 })) uses.push(use);
      yield;
    }
    return uses;
  }

  /** Reads the facts of all lists and computes the masks, in steps. */
  *#computeMasks(): Steps<PortMasks> {
    const shared = this.#sharedFacts();
    const informalUses = yield* this.#rows.informalUses();
    const assignments = yield* this.#rows.maskRows();
    return yield* computePortMasks({ ...shared, assignments, informalUses });
  }

  /** Reads the facts about a port and its two neighbours. */
  #factsAround(number: number, { seesObserved }: AdviceQuestion, shared = this.#sharedFacts()): AdviceFacts {
    const span = { firstPort: number - 1, lastPort: number + 1 };
    const uses = this.#rows.uses(span);
    return {
      ...shared,
      assignments: this.#rows.officialRows(span),
      informalUses: uses.filter(({ origin }) => origin === 'informal'),
      ownUses: uses.filter(({ origin }) => origin === 'own'),
      ...(seesObserved === true && { observedUses: this.#rows.observedUses({ firstPort: number, lastPort: number }) }),
    };
  }

  /** Reads the facts that are few enough to read as a whole. */
  #sharedFacts(): SharedFacts {
    return {
      registryDate: this.#rows.registryDate().date,
      ephemeralRanges: withOwnRanges(this.#rows.ephemeralRanges(), this.#ownRanges),
      blockedPorts: this.#rows.blockedPorts(),
      pools: this.#rows.pools(),
    };
  }
}
