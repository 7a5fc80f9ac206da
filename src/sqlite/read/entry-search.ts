import {
  type EntryGroup,
  matchCost,
  type SearchLevel,
  type SearchTerm,
  searchLevels,
} from '../../registry/search/search-levels.ts';
import type { SearchQuestion } from '../../registry/search/search-question.ts';
import {
  assignmentResult,
  associationResult,
  type BestMatch,
  type FoundCount,
  type FoundResults,
  type ResultPlace,
  type SearchFilter,
  type SearchResult,
} from '../../registry/search/search-result.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import type { PageRequest } from '../../registry/values/page.ts';
import { runAllSteps, type Steps } from '../../registry/values/run-step.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import {
  ASSIGNMENT_COLUMNS,
  ASSOCIATION_COLUMNS,
  type AssignmentRow,
  type AssociationRow,
  fromAssignmentRow,
  fromAssociationRow,
} from '../tables/rows.ts';
import type { Condition } from './conditions.ts';
import { filterConditions, fromWords, type Hits, portHits, protocolConditions } from './entry-hits.ts';
import type { FoundCache, FoundIds } from './found-cache.ts';
import { toMatch } from './search-match.ts';
import type { StatementCache } from './statement-cache.ts';

/** A stored entry. */
interface EntryRow {
  readonly kind: SearchResult['kind'];
  readonly entryRows: string;
  readonly name: string | null;
  readonly firstPort: number | null;
  readonly lastPort: number | null;
  readonly protocols: string;
}

/** Entries by the cost of their matches, the cheapest first, then by id. */
interface Ranked {
  readonly ids: readonly number[];
  readonly best: BestMatch | null;
  /** False if there may be more entries. */
  readonly isComplete: boolean;
}

/** A page of entries. */
interface FoundEntries extends FoundIds, FoundCount {}

/** The most entries of a search whose order is computed. */
const MOST_ENTRIES = 1_000_000;

const GROUPS: readonly EntryGroup[] = [0, 1, 2, 3];

/** The ids of a level after which a step ends. */
const STEP_IDS = 1_000;

/** Words with a beginning of up to this length are so many that FTS5 takes up to 20 ms to merge their rows. */
const SHORT_PREFIX = 2;

const FIRST: PageRequest = { limit: 1, offset: 0 };

const PORT_MATCH: BestMatch = { isExact: true, isName: true, prominence: 3 };
const DIGITS_MATCH: BestMatch = { isExact: false, isName: false, prominence: 1 };

/** Searches the entries over one connection. */
export class EntrySearch {
  readonly #statements: StatementCache;
  readonly #cache: FoundCache;

  /**
   * @param statements - The statements of a connection to a database of this program's schema.
   * @param cache - The cache of what is found.
   */
  constructor(statements: StatementCache, cache: FoundCache) {
    this.#statements = statements;
    this.#cache = cache;
  }

  /**
   * Finds the entries of the ports that a text asks for, or those that match its words.
   *
   * @param question - The parsed text.
   * @param filter - Narrows the search.
   * @param page - The page.
   */
  search(question: SearchQuestion, filter: SearchFilter, page: PageRequest): FoundResults {
    const { count, best, ids } = runAllSteps(this.find(question, filter, page));
    const size = new AnswerSize();
    return { count, best, results: ids.map((id) => this.#result(id, size)) };
  }

  /**
   * Finds the entries of a page in steps. They are cached: `search` of the same page then only reads them.
   *
   * @param question - The parsed text.
   * @param filter - Narrows the search.
   * @param page - The page.
   */
  find(question: SearchQuestion, filter: SearchFilter, page: PageRequest): Steps<FoundEntries> {
    const key = [question.text, question.isPartial, filter, page];
    return this.#cache.getInSteps(key, () =>
      question.ports.length > 0
        ? this.#byPort(question, filterConditions(filter), page)
        : this.#byWords(question, filter, page),
    );
  }

  /**
   * Returns the best match of a text; null if nothing matches.
   *
   * @param question - The parsed text.
   * @param filter - Narrows the search.
   */
  best(question: SearchQuestion, filter: SearchFilter): BestMatch | null {
    if (question.ports.length > 0) return runAllSteps(this.find(question, filter, FIRST)).best;
    const find = () => ({
      count: 0,
      ids: [],
      best: runAllSteps(this.#rank(searchLevels(question), question, filter, 1)).best,
    });
    return this.#cache.get<FoundEntries>(['best', question.text, question.isPartial, filter], find).best;
  }

  /** Finds the entries of ports; for a single number, then those with the digits in their words. */
  *#byPort(question: SearchQuestion, conditions: readonly Condition[], page: PageRequest): Steps<FoundEntries> {
    const { limit, offset } = page;
    const { ofPorts, ofDigits } = portHits(question, conditions);
    const { count, ids } = this.#cache.get([ofPorts], () => {
      const all = this.#ids(ofPorts, -1, 0);
      return { count: all.length, ids: all };
    });
    const found = ids.slice(offset, offset + limit);
    if (ofDigits === null) return { count, best: count > 0 ? PORT_MATCH : null, ids: found };
    yield;
    const others = this.#cache.count(ofDigits.from, ofDigits.values);
    if (found.length < limit) found.push(...this.#ids(ofDigits, limit - found.length, Math.max(0, offset - count)));
    return { count: count + others, best: count > 0 ? PORT_MATCH : others > 0 ? DIGITS_MATCH : null, ids: found };
  }

  *#byWords(question: SearchQuestion, filter: SearchFilter, { limit, offset }: PageRequest): Steps<FoundEntries> {
    const levels = searchLevels(question);
    const most = Math.min(offset + limit, MOST_ENTRIES);
    const { ids, best, isComplete } = yield* this.#rank(levels, question, filter, most);
    const count = isComplete ? ids.length : this.#countWords(levels, filterConditions(filter));
    return { count, best, ids: ids.slice(offset, offset + limit) };
  }

  /**
   * Ranks the entries that match words. Each level returns its first entries in the order of their ids, in which costs rise: no
   * other entry of the level can be among the first ones.
   */
  *#rank(levels: readonly SearchLevel[], question: SearchQuestion, filter: SearchFilter, most: number): Steps<Ranked> {
    const conditions = filterConditions(filter);
    const starts = this.#groupStarts();
    const costs = new Map<number, number>();
    let first: { readonly id: number; readonly cost: number; readonly match: BestMatch } | null = null;
    let isComplete = true;
    for (const [index, level] of levels.entries()) {
      if (level.terms.length === 0) continue;
      for (const [condition, isOtherProtocol] of protocolConditions(question.protocol)) {
        const spelling = level.spelling === null ? [] : [['entry.name = ? COLLATE NOCASE', level.spelling] as const];
        const hits = fromWords(toMatch(level.terms), [...spelling, ...condition, ...conditions]);
        const ids = this.#ids(hits, most, 0);
        if (ids.length === most) isComplete = false;
        const groupCosts = GROUPS.map((group) => matchCost(index, group, isOtherProtocol));
        for (const id of ids) {
          const group = groupOf(id, starts);
          const cost = groupCosts[group] as number;
          const known = costs.get(id);
          if (known !== undefined && known <= cost) continue;
          costs.set(id, cost);
          if (first !== null && (first.cost < cost || (first.cost === cost && first.id <= id))) continue;
          const { isExact, isName } = level;
          first = { id, cost, match: { isExact, isName, prominence: prominenceOf(index, group) } };
        }
        if (ids.length >= STEP_IDS || question.isPartial || level.terms.some(isShortPrefix)) yield;
      }
    }
    return { ids: sortByCost(costs), best: first?.match ?? null, isComplete };
  }

  /** Counts the entries of all levels. */
  #countWords(levels: readonly SearchLevel[], conditions: readonly Condition[]): number {
    const terms = levels
      .filter(({ isContained, spelling }) => !isContained && spelling === null)
      .flatMap((level) => level.terms);
    const { from, values } = fromWords(toMatch(terms), conditions);
    return this.#cache.count(from, values);
  }

  #groupStarts(): number[] {
    const starts = this.#statements.get<{ start: number }>('SELECT first_entry AS start FROM search_group ORDER BY id');
    return starts.all().map(({ start }) => start);
  }

  /** Finds ids; -1 as limit finds all. */
  #ids({ from, values, order }: Hits, limit: number, offset: number): number[] {
    const sql = `SELECT entry.id ${from} ORDER BY ${order} LIMIT ? OFFSET ?`;
    return this.#statements.column<number>(sql).all(...values, limit, offset);
  }

  #result(id: number, size: AnswerSize): SearchResult {
    const entry = this.#statements
      .get<EntryRow>(
        `SELECT kind, entry_rows AS entryRows, name, first_port AS firstPort, last_port AS lastPort, protocols
         FROM search_entry WHERE id = ?`,
      )
      .get(id) as EntryRow;
    const place: ResultPlace = { ...entry, protocols: JSON.parse(entry.protocols) as TransportProtocol[] };
    const rows = JSON.parse(entry.entryRows) as number[];
    if (entry.kind === 'assignment') {
      const select = this.#statements.get<AssignmentRow>(`SELECT ${ASSIGNMENT_COLUMNS} FROM assignment WHERE id = ?`);
      const found = rows.map((row) => fromAssignmentRow(size.count(select.get(row) as AssignmentRow)));
      return assignmentResult(found, place);
    }
    const [row] = rows;
    if (row === undefined) return associationResult(undefined, place);
    const select = this.#statements.get<AssociationRow>(`SELECT ${ASSOCIATION_COLUMNS} FROM association WHERE row = ?`);
    return associationResult(fromAssociationRow(size.count(select.get(row) as AssociationRow)), place);
  }
}

function isShortPrefix({ isPrefix, words }: SearchTerm): boolean {
  return isPrefix && (words.at(-1) ?? '').length <= SHORT_PREFIX;
}

/** Sorts ids by cost, then by id. There are few different costs, so ids are grouped by them: 20,000 ids take 5 ms less. */
function sortByCost(costs: ReadonlyMap<number, number>): number[] {
  const groups = Map.groupBy(costs.keys(), (id) => costs.get(id) as number);
  return [...groups].sort(([a], [b]) => a - b).flatMap(([, ids]) => ids.sort((a, b) => a - b));
}

function groupOf(id: number, starts: readonly number[]): EntryGroup {
  if (id < (starts[1] as number)) return 0;
  if (id < (starts[2] as number)) return 1;
  return id < (starts[3] as number) ? 2 : 3;
}

function prominenceOf(level: number, group: EntryGroup): BestMatch['prominence'] {
  // A port that a name means first is at least a common one.
  if (group <= 1) return group === 0 ? 3 : 2;
  return level <= 1 ? 2 : 1;
}
