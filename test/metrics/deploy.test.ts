import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import request from 'supertest';
import { parse } from 'yaml';
import { useProduct } from '../support/registry.ts';

const product = useProduct();
const FOLDER = new URL('../../deploy/prometheus/', import.meta.url);

interface Rule {
  readonly alert: string;
  readonly expr: string;
}
interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

function read(file: string): string {
  return readFileSync(new URL(file, FOLDER), 'utf8');
}

const RULES: readonly Rule[] = parse(read('alerts.yml')).groups.flatMap(({ rules }: { rules: Rule[] }) => rules);
const PANELS: readonly Panel[] = JSON.parse(read('dashboard.json')).panels;

/** Functions, keywords, labels and what Prometheus adds itself are not metrics of Portolan. */
const NOT_OURS = ['up'];

/** Returns the metrics that an expression names, with the labels that it requires of each. */
function named(expression: string): (readonly [metric: string, labels: string[]])[] {
  const bare = expression.replace(/\b(?:by|on|without|ignoring)\s*\([^)]*\)/g, '');
  const found = bare.matchAll(/\b((?:portolan|nodejs|process)_\w+|up\b)(?:\{([^}]*)\})?/g);
  return [...found].map(([, metric = '', selector = '']) => {
    return [metric, [...selector.matchAll(/(\w+)=/g)].map(([, label = '']) => label)];
  });
}

/** Returns the labels of each series of /metrics, histograms under the names of their parts. */
async function given(): Promise<Map<string, Set<string>>> {
  for (const path of ['/ports/22', '/associations']) await request(product.app).get(path);
  await request(product.app).post('/associations');
  const { text } = await request(product.app).get('/metrics');
  const metrics = new Map<string, Set<string>>();
  for (const [, metric = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const known = metrics.get(metric) ?? new Set(['instance', 'job']);
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    metrics.set(metric, known);
  }
  return metrics;
}

test('every metric of a rule or the dashboard is in /metrics, with the same labels', async () => {
  const metrics = await given();
  const expressions = [
    ...RULES.map(({ alert, expr }) => [alert, expr] as const),
    ...PANELS.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ];
  assert.ok(expressions.length > 30);
  for (const [where, expression] of expressions) {
    const names = named(expression).filter(([metric]) => !NOT_OURS.includes(metric));
    for (const [metric, labels] of names) {
      assert.ok(metrics.has(metric), `${where}: there is no ${metric}`);
      for (const label of labels) assert.ok(metrics.get(metric)?.has(label), `${where}: ${metric} has no ${label}`);
    }
    assert.ok(names.length > 0 || expression.startsWith('up'), `${where} names no figure`);
  }
});

test('every rule has tests for firing and for not firing', () => {
  const tried = parse(read('alerts.test.yml')).tests.flatMap(
    ({ alert_rule_test: cases }: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }) =>
      cases.map(({ alertname, exp_alerts: alerts }) => `${alertname} ${alerts.length > 0 ? 'fires' : 'does not fire'}`),
  );
  const expected = RULES.flatMap(({ alert }) => [`${alert} does not fire`, `${alert} fires`]);
  assert.deepEqual(tried.sort(), expected.sort());
});

test('the panels of the dashboard do not overlap', () => {
  const cells = PANELS.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  assert.equal(new Set(cells).size, cells.length);
  assert.ok(PANELS.every(({ gridPos: { x, w } }) => x + w <= 24));
});

test('docs/monitoring.md lists every alert rule by name', () => {
  const page = readFileSync(new URL('../../docs/monitoring.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `(Portolan[A-Z]\w+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(
    documented,
    RULES.map(({ alert }) => alert),
  );
});
