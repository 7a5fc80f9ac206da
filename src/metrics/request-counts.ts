import { LOOKUP_SOURCES } from '../registry/report/port-report.ts';
import type { ErrorCode } from '../registry/values/registry-error.ts';

/** The upper bounds of the histogram buckets of request durations, in milliseconds. */
export const BUCKETS_MS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000] as const;

/** The label of requests that reached no route, and of unknown methods. */
export const NONE = 'none';

/** The result of a write: done, or the code of the error; `other` for errors of HTTP, such as a body that is too large. */
export type WriteResult = 'done' | ErrorCode | 'other';

/** The APIs for writes: the values of the metric label `face`. */
export type WriteApi = 'rest' | 'graphql' | 'mcp';

/** The counters of the requests to one route with one method. */
export class Tally {
  /** The number of requests by response status; 0 for those whose client disconnected before the response. */
  readonly statuses = new Map<number, number>();
  /** The number of requests in each histogram bucket, not cumulative. The last one is for longer than all `BUCKETS_MS`. */
  readonly buckets: number[] = new Array(BUCKETS_MS.length + 1).fill(0);
  /** The sum of all durations, in milliseconds. */
  totalMs = 0;

  /**
   * Counts a request.
   *
   * @param status - The response status; 0 for none.
   * @param ms - The duration, in milliseconds.
   */
  add(status: number, ms: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    let bucket = 0;
    while (ms > (BUCKETS_MS[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
    this.totalMs += ms;
  }
}

/**
 * The counters of a process since its start. Counting only increments a number; the metrics are built from the counters
 * when they are collected.
 */
export class Counts {
  readonly #tallies = new Map<string, Map<string, Tally>>();
  readonly #writes = new Map<WriteApi, Map<WriteResult, number>>();
  /** The number of looked-up ports by source, in the order of `LOOKUP_SOURCES`. */
  readonly lookups: number[] = LOOKUP_SOURCES.map(() => 0);
  /** The number of requests answered from the response cache, and of cacheable ones that were not in it. */
  readonly cache = { hits: 0, misses: 0 };
  /** The number of connections closed immediately because there were too many. */
  refusedConnections = 0;

  /**
   * Returns the counters of a route and method.
   *
   * @param route - A path template of the API, such as `/ports/{port}`. Never a request path, to bound the number.
   * @param method - A known method, or `NONE`.
   */
  of(route: string, method: string): Tally {
    return this.#tallies.get(route)?.get(method) ?? this.#create(route, method);
  }

  #create(route: string, method: string): Tally {
    const methods = this.#tallies.get(route) ?? new Map<string, Tally>();
    const tally = new Tally();
    this.#tallies.set(route, methods.set(method, tally));
    return tally;
  }

  /** Lists the counters of all routes and methods. */
  *tallies(): Generator<readonly [route: string, method: string, tally: Tally]> {
    for (const [route, methods] of this.#tallies) for (const [method, tally] of methods) yield [route, method, tally];
  }

  /**
   * Counts looked-up ports.
   *
   * @param source - The index of their source in `LOOKUP_SOURCES`.
   * @param count - The number of ports.
   */
  addLookups(source: number, count = 1): void {
    this.lookups[source] = (this.lookups[source] ?? 0) + count;
  }

  /**
   * Counts a write request.
   *
   * @param api - The API of the request.
   * @param result - Its result.
   */
  addWrite(api: WriteApi, result: WriteResult): void {
    const results = this.#writes.get(api) ?? new Map<WriteResult, number>();
    this.#writes.set(api, results);
    results.set(result, (results.get(result) ?? 0) + 1);
  }

  /** Lists the counts of write requests. */
  *writes(): Generator<readonly [api: WriteApi, result: WriteResult, count: number]> {
    for (const [api, results] of this.#writes) for (const [result, count] of results) yield [api, result, count];
  }
}
