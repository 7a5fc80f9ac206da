import type { AdviceFacts, ListFacts, OwnFacts, Pool } from '../../registry/advice/advice-facts.ts';
import type { AdviceQuestion, SuggestionQuestion } from '../../registry/advice/advice-question.ts';
import { computeExclusionMasks, type ExclusionMasks } from '../../registry/advice/exclusion-masks.ts';
import { type PoolReport, poolReport } from '../../registry/advice/pool.ts';
import { type Choice, choosePorts, type SuggestionList } from '../../registry/advice/suggestions.ts';
import { judgePort, type Suitability } from '../../registry/advice/suitability.ts';
import { type EphemeralRange, withOwnRanges } from '../../registry/rows/ephemeral-range.ts';
import { LAST_PORT } from '../../registry/values/port-number.ts';
import { perVersion } from '../../registry/values/registry-version.ts';
import type { Connection } from '../file/database.ts';
import { AdviceReads } from './advice-reads.ts';
import { Reads } from './reads.ts';

type SharedFacts = Omit<AdviceFacts, 'assignments' | 'informalUses' | 'ownUses'>;

/**
 * Computes advice over one connection. Each method runs several queries, so the caller opens a transaction. In a write
 * transaction, a suggested port is still free when the entry is stored.
 */
export class Advice {
  readonly #reads: Reads;
  readonly #adviceReads: AdviceReads;
  readonly #ownRanges: readonly EphemeralRange[];
  readonly #masks: () => ExclusionMasks;
  /** Triggers set the version, so it changes inside a transaction too. */
  readonly #ownFacts: () => OwnFacts;

  /**
   * @param db - A connection to a database of this program's schema.
   * @param ownRanges - The configured ephemeral ranges.
   */
  constructor(db: Connection, ownRanges: readonly EphemeralRange[]) {
    this.#reads = new Reads(db);
    this.#adviceReads = new AdviceReads(db);
    this.#ownRanges = ownRanges;
    this.#masks = perVersion(this.#reads, () => computeExclusionMasks(this.#listFacts()), ['lists']);
    this.#ownFacts = perVersion(this.#reads, () => this.#adviceReads.ownFacts(), ['own']);
  }

  /** Returns whether one port suits, with the reasons. */
  suitability(number: number, question: AdviceQuestion): Suitability {
    return judgePort(number, question, this.#factsAround(number));
  }

  /** Suggests ports, with the reasons for and against each. */
  suggestions(question: SuggestionQuestion): SuggestionList {
    const { ports, detail } = this.choose(question);
    const shared = this.#sharedFacts();
    const results = ports.map((number) => {
      const { reasons } = judgePort(number, question, this.#factsAround(number, shared), question.avoid);
      return { number, protocol: question.protocol, reasons };
    });
    return { count: results.length, detail, results };
  }

  /** Lists the pools by name, with their usage. */
  pools(): PoolReport[] {
    const { ownUses, pools } = this.#ownFacts();
    return pools.map((pool) => poolReport(pool, ownUses));
  }

  /** Finds a pool by its name. */
  pool(name: string | null): Pool | undefined {
    return this.#adviceReads.pools().find((pool) => pool.name === name);
  }

  /** Chooses ports without reasons. */
  choose(question: SuggestionQuestion): Choice {
    return choosePorts(question, this.#masks(), this.#ownFacts());
  }

  /** Reads the facts of all lists that decide the exclusion masks. */
  #listFacts(): ListFacts {
    const uses = this.#adviceReads.uses({ firstPort: 0, lastPort: LAST_PORT });
    return {
      ...this.#sharedFacts(),
      assignments: this.#adviceReads.maskRows(),
      informalUses: uses.filter(({ origin }) => origin === 'informal'),
    };
  }

  /** Reads the facts about a port and its two neighbours. */
  #factsAround(number: number, shared = this.#sharedFacts()): AdviceFacts {
    const span = { firstPort: number - 1, lastPort: number + 1 };
    const uses = this.#adviceReads.uses(span);
    return {
      ...shared,
      assignments: this.#adviceReads.officialRows(span),
      informalUses: uses.filter(({ origin }) => origin === 'informal'),
      ownUses: uses.filter(({ origin }) => origin === 'own'),
    };
  }

  /** Reads the facts that are few enough to read as a whole. */
  #sharedFacts(): SharedFacts {
    return {
      registryDate: this.#reads.registryDate().date,
      ephemeralRanges: withOwnRanges(this.#reads.ephemeralRanges(), this.#ownRanges),
      blockedPorts: this.#adviceReads.blockedPorts(),
      pools: this.#adviceReads.pools(),
    };
  }
}
