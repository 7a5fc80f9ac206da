import type { Histogram, Registry as MetricRegistry } from 'prom-client';
import { BUCKETS_MS, type Counts } from './request-counts.ts';

const NAME = 'portolan_http_request_duration_seconds';
const BOUNDS = BUCKETS_MS.map((ms) => ms / 1000);

/**
 * Registers the histogram of request durations. `Counts` has the buckets already, so this metric only returns them in the
 * JSON form of prom-client. prom-client's own `Histogram` would have to observe every request.
 *
 * @param metrics - The registry of metrics.
 * @param counts - The counters of the requests.
 */
export function registerDurations(metrics: MetricRegistry, counts: Counts): void {
  const histogram = {
    name: NAME,
    help: 'Time from the start of a request to the end of its response, by route and method.',
    type: 'histogram',
    aggregator: 'sum',
  };
  metrics.registerMetric({
    ...histogram,
    get: async () => ({ ...histogram, values: [...valuesOf(counts)] }),
  } as unknown as Histogram);
}

function* valuesOf(counts: Counts) {
  for (const [route, method, { buckets, totalMs }] of counts.tallies()) {
    const labels = { route, method };
    let count = 0;
    for (const [index, inBucket] of buckets.entries()) {
      count += inBucket;
      yield { metricName: `${NAME}_bucket`, labels: { ...labels, le: BOUNDS[index] ?? '+Inf' }, value: count };
    }
    yield { metricName: `${NAME}_sum`, labels, value: totalMs / 1000 };
    yield { metricName: `${NAME}_count`, labels, value: count };
  }
}
