import { AggregatorRegistry, type Registry as MetricRegistry } from 'prom-client';

/** All metrics of a process, as JSON for another process. */
export type Snapshot = Awaited<ReturnType<MetricRegistry['getMetricsAsJSON']>>;

/**
 * Merges the metrics of several processes, each by its aggregator: counters are added up, gauges of the shared database
 * are taken once.
 *
 * @param snapshots - The metrics of each process.
 * @returns The metrics in the text format of Prometheus.
 */
export function mergeSnapshots(snapshots: readonly Snapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate([...snapshots]).metrics();
}

/**
 * Adds the last counters of an exited process to those of earlier exited ones. Without them, the sum over all processes
 * would decrease when one exits, and Prometheus would treat that as a counter reset.
 *
 * @param before - The counters of earlier exited processes.
 * @param last - The last known metrics of the process.
 */
export async function addExited(before: Snapshot, last: Snapshot): Promise<Snapshot> {
  const counters = last.filter(({ type }) => CUMULATIVE_TYPES.includes(String(type)));
  return AggregatorRegistry.aggregate([before, counters]).getMetricsAsJSON();
}

const CUMULATIVE_TYPES = ['counter', 'histogram'];

/** The one metric that only the primary process counts. */
export const RESTARTS = {
  name: 'portolan_worker_restarts_total',
  help: 'Worker processes that were started because another one exited unexpectedly.',
};

/**
 * Returns the metrics of the primary process, which starts the workers.
 *
 * @param restarts - The number of restarted workers.
 */
export function primaryMetrics(restarts: number): Snapshot {
  const metric = { ...RESTARTS, type: 'counter', aggregator: 'sum', values: [{ value: restarts, labels: {} }] };
  // prom-client declares the types of metrics as numbers, but writes words.
  return [metric] as unknown as Snapshot;
}
