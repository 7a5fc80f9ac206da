import assert from 'node:assert/strict';

/** The result of a scrape: the value of each series, by its name and labels in text form. */
export type Scrape = ReadonlyMap<string, number>;

/**
 * Scrapes the metrics of a server.
 *
 * @param url - The URL of the server.
 */
export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(`${url}/metrics`);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.equal(response.headers.get('Content-Type'), 'text/plain; version=0.0.4; charset=utf-8');
  return parseMetrics(text);
}

/**
 * Parses the text format of Prometheus.
 *
 * @param text - The lines.
 */
export function parseMetrics(text: string): Scrape {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/**
 * Returns the series of some metrics whose value is not 0.
 *
 * @param metrics - The metrics.
 * @param names - The names of the metrics.
 */
export function pick(metrics: Scrape, ...names: readonly string[]): Record<string, number> {
  const some = [...metrics].filter(([series, value]) => value !== 0 && names.includes(series.replace(/\{.*/, '')));
  return Object.fromEntries(some.sort(([a], [b]) => (a < b ? -1 : 1)));
}
