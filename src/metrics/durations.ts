import type { Histogram, Registry as MetricRegistry } from 'prom-client';
import { type Counts, STEPS_MS } from './request-counts.ts';

const NAME = 'portolan_http_request_duration_seconds';
const BOUNDS = STEPS_MS.map((ms) => ms / 1000);

/**
 * Registers how long requests took. Their steps are counted already, so that this is the histogram as prom-client gives
 * it to another process, in place of its own, which would have to be told of each request.
 *
 * @param register - Where it is registered.
 * @param counts - What was counted.
 */
export function registerDurations(metrics: MetricRegistry, counts: Counts): void {
  const histogram = {
    name: NAME,
    help: 'How long requests took until their answer was handed over, by route and method.',
    type: 'histogram',
    aggregator: 'sum',
  };
  metrics.registerMetric({
    ...histogram,
    get: async () => ({ ...histogram, values: [...valuesOf(counts)] }),
  } as unknown as Histogram);
}

function* valuesOf(counts: Counts) {
  for (const [route, method, { steps, totalMs }] of counts.tallies()) {
    const labels = { route, method };
    let count = 0;
    for (const [step, times] of steps.entries()) {
      count += times;
      yield { metricName: `${NAME}_bucket`, labels: { ...labels, le: BOUNDS[step] ?? '+Inf' }, value: count };
    }
    yield { metricName: `${NAME}_sum`, labels, value: totalMs / 1000 };
    yield { metricName: `${NAME}_count`, labels, value: count };
  }
}
