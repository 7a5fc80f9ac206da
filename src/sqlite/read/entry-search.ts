import { type EntryGroup, matchCost, type SearchLevel, searchLevels } from '../../registry/search/search-levels.ts';
import type { SearchQuestion } from '../../registry/search/search-question.ts';
import {
  assignmentResult,
  associationResult,
  type BestMatch,
  type FoundResults,
  type ResultPlace,
  type SearchFilter,
  type SearchResult,
} from '../../registry/search/search-result.ts';
import { AnswerSize } from '../../registry/values/answer-size.ts';
import type { PageRequest } from '../../registry/values/page.ts';
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

/** A found entry with its cheapest match. */
interface Ranked {
  readonly id: number;
  readonly cost: number;
  readonly match: BestMatch;
}

/** A page of entries. */
interface FoundEntries extends FoundIds {
  readonly best: BestMatch | null;
}

/** The most entries of a search whose order is computed. */
const MOST_ENTRIES = 1_000_000;

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
    const found = this.#cache.get([question.text, question.isPartial, filter, page], () => {
      const conditions = filterConditions(filter);
      const isForPorts = question.ports.length > 0;
      return isForPorts ? this.#byPort(question, conditions, page) : this.#byWords(question, conditions, page);
    });
    const size = new AnswerSize();
    return { count: found.count, best: found.best, results: found.ids.map((id) => this.#result(id, size)) };
  }

  /** Finds the entries of ports; for a single number, then those with the digits in their words. */
  #byPort(question: SearchQuestion, conditions: readonly Condition[], page: PageRequest): FoundEntries {
    const parts = portHits(question, conditions);
    const ids: number[] = [];
    let [count, best]: [number, BestMatch | null] = [0, null];
    for (const [hits, match] of parts) {
      const ofPart = this.#statements.count(hits.from, hits.values);
      const offset = Math.max(0, page.offset - count);
      if (ofPart > 0) best ??= match;
      if (offset < ofPart && ids.length < page.limit) ids.push(...this.#ids(hits, page.limit - ids.length, offset));
      count += ofPart;
    }
    return { count, best, ids };
  }

  /**
   * Finds the entries that match words. Each level returns its first entries in the order of their ids, in which costs rise: no
   * other entry of the level can be on the page.
   */
  #byWords(question: SearchQuestion, conditions: readonly Condition[], page: PageRequest): FoundEntries {
    const levels = searchLevels(question);
    const starts = this.#groupStarts();
    const most = Math.min(page.offset + page.limit, MOST_ENTRIES);
    const ranked = new Map<number, Ranked>();
    let isComplete = true;
    for (const [index, level] of levels.entries()) {
      if (level.terms.length === 0) continue;
      for (const [condition, isOtherProtocol] of protocolConditions(question.protocol)) {
        const spelling = level.spelling === null ? [] : [['entry.name = ? COLLATE NOCASE', level.spelling] as const];
        const ids = this.#ids(fromWords(toMatch(level.terms), [...spelling, ...condition, ...conditions]), most, 0);
        if (ids.length === most) isComplete = false;
        for (const id of ids) {
          const group = groupOf(id, starts);
          const cost = matchCost(index, group, isOtherProtocol);
          const known = ranked.get(id);
          if (known !== undefined && known.cost <= cost) continue;
          const { isExact, isName } = level;
          ranked.set(id, { id, cost, match: { isExact, isName, prominence: prominenceOf(index, group) } });
        }
      }
    }
    const sorted = [...ranked.values()].sort((a, b) => a.cost - b.cost || a.id - b.id);
    return {
      count: isComplete ? sorted.length : this.#countWords(levels, conditions),
      best: sorted[0]?.match ?? null,
      ids: sorted.slice(page.offset, page.offset + page.limit).map(({ id }) => id),
    };
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

  #ids({ from, values, order }: Hits, limit: number, offset: number): number[] {
    const sql = `SELECT entry.id ${from} ORDER BY ${order} LIMIT ? OFFSET ?`;
    return this.#statements
      .get<{ id: number }>(sql)
      .all(...values, limit, offset)
      .map(({ id }) => id);
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
