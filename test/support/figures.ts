import assert from 'node:assert/strict';

/** What a scrape gave: the value of each series, by its name and labels as they are written. */
export type Scrape = ReadonlyMap<string, number>;

/**
 * Reads the figures of a server.
 *
 * @param url - Where it answers.
 */
export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(`${url}/metrics`);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.equal(response.headers.get('Content-Type'), 'text/plain; version=0.0.4; charset=utf-8');
  return parseFigures(text);
}

/**
 * Reads lines of Prometheus' text format.
 *
 * @param text - The lines.
 */
export function parseFigures(text: string): Scrape {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/**
 * Picks the series that belong to some metrics and are not 0.
 *
 * @param figures - The figures.
 * @param names - The metrics.
 */
export function pick(figures: Scrape, ...names: readonly string[]): Record<string, number> {
  const some = [...figures].filter(([series, value]) => value !== 0 && names.includes(series.replace(/\{.*/, '')));
  return Object.fromEntries(some.sort(([a], [b]) => (a < b ? -1 : 1)));
}
