import { perVersion, type VersionSource } from '../../registry/values/registry-version.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import type { StatementCache } from './statement-cache.ts';

/** The size of the cache, in bytes: first pages of about 2,000 searches. */
const MOST_BYTES = 2 * 1024 * 1024;

/** The size of an id and the overhead of an entry, in bytes. */
const [ID_BYTES, ENTRY_BYTES] = [8, 200];

/** The ids of the rows of a page, and the number of rows of the whole list. */
export interface FoundIds {
  readonly count: number;
  readonly ids: readonly number[];
}

/**
 * Caches what full-text searches find over one connection, until the version changes: FTS5 reads all matches to count them, and to
 * find those of the beginning of a word. A full cache is cleared.
 */
export class FoundCache {
  readonly #statements: StatementCache;
  readonly #current: () => { readonly found: Map<string, FoundIds>; bytes: number };

  /**
   * @param statements - The statements of the connection.
   * @param versions - The source of the version of its rows.
   */
  constructor(statements: StatementCache, versions: VersionSource) {
    this.#statements = statements;
    this.#current = perVersion(versions, () => ({ found: new Map(), bytes: 0 }));
  }

  /**
   * Returns what a search finds.
   *
   * @param key - Everything on which it depends, beside the rows.
   * @param find - Finds it.
   */
  get<Found extends FoundIds>(key: readonly unknown[], find: () => Found): Found {
    const text = JSON.stringify(key);
    const known = this.#current().found.get(text);
    if (known !== undefined) return known as Found;
    const found = find();
    this.#add(text, found);
    return found;
  }

  /**
   * Returns what a search finds in steps. It is cached if the version does not change between them.
   *
   * @param key - As for `get`.
   * @param find - Finds it.
   */
  *getInSteps<Found extends FoundIds>(key: readonly unknown[], find: () => Steps<Found>): Steps<Found> {
    const text = JSON.stringify(key);
    const cache = this.#current();
    const known = cache.found.get(text);
    if (known !== undefined) return known as Found;
    const found = yield* find();
    if (this.#current() === cache) this.#add(text, found);
    return found;
  }

  #add(text: string, found: FoundIds): void {
    const cache = this.#current();
    const bytes = text.length + found.ids.length * ID_BYTES + ENTRY_BYTES;
    if (cache.bytes + bytes > MOST_BYTES) {
      cache.found.clear();
      cache.bytes = 0;
    }
    cache.found.set(text, found);
    cache.bytes += bytes;
  }

  /**
   * Counts rows, for all pages of a list once.
   *
   * @param from - The FROM and WHERE clauses.
   * @param values - The values of their parameters.
   */
  count(from: string, values: readonly (string | number)[]): number {
    return this.get([from, values], () => ({ count: this.#statements.count(from, values), ids: [] })).count;
  }
}
