import { LOOKUP_SOURCES } from '../registry/report/lookup-source.ts';
import type { ErrorCode } from '../registry/values/registry-error.ts';

/** Upper bounds of the steps into which durations of requests are sorted, in milliseconds. */
export const STEPS_MS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000] as const;

/** Stands for a route that was not reached, and for a method that there is not. */
export const NONE = 'none';

/** What became of a write: it was done, or why not; `other` for what only HTTP knows, such as a body that is too large. */
export type WriteResult = 'done' | ErrorCode | 'other';

/** The faces through which one can write. */
export type WritingFace = 'rest' | 'graphql';

/** The requests to one route by one method. */
export class Tally {
  /** How many were answered with each status; 0 for those whose client went away before. */
  readonly statuses = new Map<number, number>();
  /** How many took as long as each of `STEPS_MS`, and longer than all: each is counted once. */
  readonly steps: number[] = new Array(STEPS_MS.length + 1).fill(0);
  /** How long they took together, in milliseconds. */
  totalMs = 0;

  /**
   * Counts a request.
   *
   * @param status - The status of its answer; 0 for none.
   * @param ms - How long it took, in milliseconds.
   */
  add(status: number, ms: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    let step = 0;
    while (ms > (STEPS_MS[step] ?? Number.POSITIVE_INFINITY)) step++;
    this.steps[step] = (this.steps[step] ?? 0) + 1;
    this.totalMs += ms;
  }
}

/**
 * What a process has done since it was started. To count is to add to a number: the figures that people see are made of
 * these when somebody asks for them.
 */
export class Counts {
  readonly #tallies = new Map<string, Map<string, Tally>>();
  readonly #writes = new Map<WritingFace, Map<WriteResult, number>>();
  /** How many ports were looked up, by the place of their origin among `LOOKUP_SOURCES`. */
  readonly lookups: number[] = LOOKUP_SOURCES.map(() => 0);
  /** How many requests were answered by what was kept, and how many of those that might have been were not. */
  readonly cache = { hits: 0, misses: 0 };
  /** How many connections were closed at once, as there were too many. */
  refusedConnections = 0;

  /**
   * Finds the tally of a route and method.
   *
   * @param route - As the contract writes it, such as `/ports/{port}`. There must only be so many.
   * @param method - One of those that there are.
   */
  of(route: string, method: string): Tally {
    return this.#tallies.get(route)?.get(method) ?? this.#begin(route, method);
  }

  #begin(route: string, method: string): Tally {
    const methods = this.#tallies.get(route) ?? new Map<string, Tally>();
    const tally = new Tally();
    this.#tallies.set(route, methods.set(method, tally));
    return tally;
  }

  /** Lists all tallies. */
  *tallies(): Generator<readonly [route: string, method: string, tally: Tally]> {
    for (const [route, methods] of this.#tallies) for (const [method, tally] of methods) yield [route, method, tally];
  }

  /**
   * Counts the look-up of a port.
   *
   * @param place - The place of its origin among `LOOKUP_SOURCES`.
   * @param times - How many such ports.
   */
  addLookups(place: number, times = 1): void {
    this.lookups[place] = (this.lookups[place] ?? 0) + times;
  }

  /**
   * Counts a request to write.
   *
   * @param face - How it came.
   * @param result - What became of it.
   */
  addWrite(face: WritingFace, result: WriteResult): void {
    const results = this.#writes.get(face) ?? new Map<WriteResult, number>();
    this.#writes.set(face, results);
    results.set(result, (results.get(result) ?? 0) + 1);
  }

  /** Lists all requests to write. */
  *writes(): Generator<readonly [face: WritingFace, result: WriteResult, count: number]> {
    for (const [face, results] of this.#writes) for (const [result, count] of results) yield [face, result, count];
  }
}
