import { type ReportSource, STEP_CHARACTERS } from '../registry/report-source.ts';
import { AnswerSize } from '../registry/values/answer-size.ts';
import type { PortQuery } from '../registry/values/port-query.ts';
import { type Fault, RegistryError } from '../registry/values/registry-error.ts';
import type { RunStep } from '../registry/values/run-step.ts';
import type { BatchItem } from './batch-items.ts';
import type { PortAnswer } from './route.ts';

/** One result of a batch: the report of a port, or the fault of an item. */
export type BatchResult =
  | ({ readonly query: unknown } & PortAnswer)
  | { readonly query: unknown; readonly fault: Fault };

/** The most results that are composed in one step and one transaction: fewer if they have more text than `STEP_CHARACTERS`. */
export const STEP_RESULTS = 128;

/** The most items that are parsed in one step. */
const STEP_ITEMS = 2_000;

/**
 * Counts the results of a batch: one for each port of a range, and one for an invalid item.
 *
 * @param items - The items; null is not counted.
 * @param limit - The most results.
 * @param run - Runs the steps of the count.
 * @returns The number of results, at most `limit`.
 * @throws {RegistryError} `too_large` at the first result beyond the limit; later items are not parsed.
 */
export async function countResults(items: Iterator<BatchItem | null>, limit: number, run: RunStep): Promise<number> {
  let count = 0;
  const countSome = (): boolean => {
    for (let step = 0; step < STEP_ITEMS; step++) {
      const { done, value } = items.next();
      if (done === true) return false;
      if (value !== null) count += 'ports' in value ? value.ports.lastPort - value.ports.firstPort + 1 : 1;
      if (count > limit) {
        throw new RegistryError(
          'too_large',
          `Cannot answer for more than ${limit} ports at once: the batch asks for at least ${count}`,
        );
      }
    }
    return true;
  };
  while (await run(countSome));
  return count;
}

/**
 * Answers a batch in parts of at most `STEP_RESULTS` results, in order. It keeps no results: each part may have several
 * megabytes, and many batches wait for their clients at the same time.
 *
 * @param registry - The registry. For more results than one step has, it must be a snapshot, so that all results come
 *   from one version of the data.
 * @param items - The items of the batch.
 * @returns A function that returns the next part, or null after the last one. Each call is one step of work.
 */
export function answerBatch(
  registry: ReportSource,
  items: Iterable<BatchItem | null>,
): () => readonly BatchResult[] | null {
  const singles = singlePorts(items);
  let waiting: SingleItem[] = [];
  return () => {
    while (waiting.length < STEP_RESULTS) {
      const { done, value } = singles.next();
      if (done === true) break;
      waiting.push(value);
    }
    if (waiting.length === 0) return null;
    const results = resultsOfSome(registry, waiting);
    waiting = waiting.slice(results.length);
    return results;
  };
}

/** An item for one port, or an invalid item. */
type SingleItem = { readonly query: unknown } & ({ readonly port: PortQuery } | { readonly fault: Fault });

function* singlePorts(items: Iterable<BatchItem | null>): Generator<SingleItem> {
  for (const item of items) {
    if (item === null) continue;
    if ('fault' in item) {
      yield item;
      continue;
    }
    const { firstPort, lastPort, protocol } = item.ports;
    for (let port = firstPort; port <= lastPort; port++) {
      yield { query: item.query, port: { firstPort: port, lastPort: port, protocol } };
    }
  }
}

/** Answers the first items: all of them, or as many as one step may compose. */
function resultsOfSome(registry: ReportSource, items: readonly SingleItem[]): BatchResult[] {
  const ports = items.flatMap((item) => ('port' in item ? item.port : []));
  try {
    const reports = registry.sharedReports(ports, null, new AnswerSize(), STEP_CHARACTERS).values();
    const results: BatchResult[] = [];
    for (const item of items) {
      if ('fault' in item) results.push(item);
      else {
        const { done, value: shared } = reports.next();
        if (done === true) break;
        results.push({ query: item.query, number: item.port.firstPort, protocol: item.port.protocol, shared });
      }
    }
    return results;
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'too_large') throw error;
    // A report may exceed the size limit together with those before it.
    if (items.length > 1) return resultsOfSome(registry, items.slice(0, 1));
    return items.map(({ query }) => ({ query, fault: { parameter: 'query', detail: error.message } }));
  }
}
