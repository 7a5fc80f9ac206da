import { AggregatorRegistry, type Registry as MetricRegistry } from 'prom-client';

/** All figures of a process, as it hands them to another one. */
export type Snapshot = Awaited<ReturnType<MetricRegistry['getMetricsAsJSON']>>;

/**
 * Merges the figures of several processes into one: counts are added up, and of sizes that all of them see there is one.
 *
 * @param snapshots - The figures of each.
 */
export function mergeSnapshots(snapshots: readonly Snapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}

/**
 * Adds what a process has counted, of which there will be no more, to what others before it have. Without them a sum over
 * all processes would fall when one of them ends, and Prometheus would take that for a start from zero.
 *
 * @param before - What others have counted.
 * @param last - The last that is known of it.
 */
export async function addExited(before: Snapshot, last: Snapshot): Promise<Snapshot> {
  const counted = last.filter(({ type }) => COUNTED.includes(String(type)));
  return AggregatorRegistry.aggregate([before, counted]).getMetricsAsJSON();
}

const COUNTED = ['counter', 'histogram'];

/** The name of the one figure that only the process has which starts the others. */
export const RESTARTS = {
  name: 'portolan_worker_restarts_total',
  help: 'Processes that were started in the place of one that ended unasked.',
};

/**
 * Gives the figures of the process that starts the others.
 *
 * @param restarts - How many it had to start anew.
 */
export function primaryMetrics(restarts: number): Snapshot {
  const figure = { ...RESTARTS, type: 'counter', aggregator: 'sum', values: [{ value: restarts, labels: {} }] };
  // prom-client declares the types of metrics as numbers, and writes words.
  return [figure] as unknown as Snapshot;
}
