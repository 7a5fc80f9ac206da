import { Counter, collectDefaultMetrics, Gauge, Registry as MetricRegistry } from 'prom-client';
import type { Registry } from '../registry/registry.ts';
import { LOOKUP_SOURCES } from '../registry/report/lookup-source.ts';
import type { ImportCount } from '../registry/rows/import-count.ts';
import { registerDurations } from './durations.ts';
import { RESTARTS } from './merge.ts';
import type { Counts } from './request-counts.ts';

/** Where the figures of a process come from. */
export interface MetricSources {
  readonly counts: Counts;
  readonly registry: Pick<Registry, 'info'> & { readonly importCounts: () => ImportCount[] };
  /** Gives the size of the database's file and of its write-ahead log, in bytes; 0 for one that is not there. */
  readonly fileSizes: () => { readonly database: number; readonly wal: number };
  /** Gives the number of open connections. */
  readonly connections: () => Promise<number>;
}

/** How often the delay of the event loop is measured, in milliseconds. */
const PRECISION_MS = 20;

/**
 * Registers all figures of a process: each is read from its source when somebody asks, and at no other time.
 *
 * @param sources - Where they come from.
 */
export function registerMetrics(sources: MetricSources): MetricRegistry {
  const metrics = new MetricRegistry();
  registerRequests(metrics, sources);
  registerData(metrics, sources);
  collectDefaultMetrics({ register: metrics, eventLoopMonitoringPrecision: PRECISION_MS });
  return metrics;
}

/** What clients asked, and what they got. */
function registerRequests(metrics: MetricRegistry, { counts, connections }: MetricSources): void {
  const registers = [metrics];
  new Counter({
    name: 'portolan_http_requests_total',
    help: 'Requests, by route as the contract writes it, method and status; status 0: the client went away before.',
    labelNames: ['route', 'method', 'status'],
    registers,
    collect() {
      this.reset();
      for (const [route, method, { statuses }] of counts.tallies()) {
        for (const [status, count] of statuses) this.inc({ route, method, status }, count);
      }
    },
  });
  registerDurations(metrics, counts);
  new Counter({
    name: 'portolan_answer_cache_total',
    help: 'Cacheable responses that were sent before the app ran (hit), and those that the app computed (miss).',
    labelNames: ['result'],
    registers,
    collect() {
      this.reset();
      this.inc({ result: 'hit' }, counts.cache.hits);
      this.inc({ result: 'miss' }, counts.cache.misses);
    },
  });
  new Counter({
    name: 'portolan_lookups_total',
    help: 'Ports that were looked up, by who answers: own before iana before informal; none where nobody has a name.',
    labelNames: ['origin'],
    registers,
    collect() {
      this.reset();
      for (const [place, origin] of LOOKUP_SOURCES.entries()) this.inc({ origin }, counts.lookups[place] ?? 0);
    },
  });
  new Counter({
    name: 'portolan_writes_total',
    help: 'Requests to write own entries and pools: done, or refused for which reason.',
    labelNames: ['face', 'result'],
    registers,
    collect() {
      this.reset();
      for (const [face, result, count] of counts.writes()) this.inc({ face, result }, count);
    },
  });
  new Gauge({
    name: 'portolan_connections',
    help: 'Open connections of clients.',
    registers,
    async collect() {
      this.set(await connections());
    },
  });
  new Counter({
    name: 'portolan_connections_refused_total',
    help: 'Connections that were closed at once because of MAX_CONNECTIONS.',
    registers,
    collect() {
      this.reset();
      this.inc(counts.refusedConnections);
    },
  });
  // Each process that answers is one.
  new Gauge({ name: 'portolan_workers', help: 'Processes that answer.', registers }).set(1);
  // The process that starts them adds its own count.
  new Counter({ ...RESTARTS, registers });
}

/** What is answered from. All processes see the same, so that one of them speaks for all. */
function registerData(metrics: MetricRegistry, { registry, fileSizes }: MetricSources): void {
  const registers = [metrics];
  new Gauge({
    name: 'portolan_ready',
    help: '1 while questions can be answered, as /readyz tells.',
    registers,
    aggregator: 'min',
    collect() {
      this.set(tryTo(() => registry.info()) === undefined ? 0 : 1);
    },
  });
  const describe = (name: string, help: string, labelNames: readonly string[], fill: (gauge: Gauge) => void) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      aggregator: 'max',
      collect() {
        this.reset();
        tryTo(() => fill(this));
      },
    });
  describe(
    'portolan_list_date_seconds',
    'The day a loaded list stands for, since 1970.',
    ['list', 'origin'],
    (gauge) => {
      for (const { list, origin, date } of registry.info().origins) gauge.set({ list, origin }, toSeconds(date));
    },
  );
  describe('portolan_list_imported_seconds', 'When a list was loaded, since 1970.', ['list', 'origin'], (gauge) => {
    for (const { list, origin, importedAt } of registry.info().origins) {
      gauge.set({ list, origin }, toSeconds(importedAt));
    }
  });
  describe('portolan_list_rows', 'Rows of a loaded list.', ['list', 'origin'], (gauge) => {
    for (const { list, origin, rows } of registry.info().origins) gauge.set({ list, origin }, rows);
  });
  describe('portolan_import_last_seconds', 'When an import last ended so, since 1970.', ['list', 'result'], (gauge) => {
    for (const { list, result, lastAt } of registry.importCounts()) gauge.set({ list, result }, toSeconds(lastAt));
  });
  describe('portolan_import_duration_seconds', 'How long that import took.', ['list', 'result'], (gauge) => {
    for (const { list, result, lastMs } of registry.importCounts()) gauge.set({ list, result }, lastMs / 1000);
  });
  describe('portolan_import_rows', 'Rows that it brought.', ['list', 'result'], (gauge) => {
    for (const { list, result, lastRows } of registry.importCounts()) gauge.set({ list, result }, lastRows);
  });
  new Counter({
    name: 'portolan_imports_total',
    help: 'Imports into this database, by every program, that changed the list, found it unchanged or failed.',
    labelNames: ['list', 'result'],
    registers,
    aggregator: 'max',
    collect() {
      this.reset();
      tryTo(() => {
        for (const { list, result, count } of registry.importCounts()) this.inc({ list, result }, count);
      });
    },
  });
  describe('portolan_update_last_seconds', 'When an update was last tried, since 1970.', ['result'], (gauge) => {
    const { update } = registry.info();
    if (update !== null) gauge.set({ result: update.result }, toSeconds(update.triedAt));
  });
  describe('portolan_update_success_seconds', 'When an update last ended well, since 1970.', [], (gauge) => {
    const succeededAt = registry.info().update?.succeededAt;
    if (succeededAt != null) gauge.set(toSeconds(succeededAt));
  });
  describe('portolan_registry_stale', '1 when no update has ended well for UPDATE_STALE_DAYS.', [], (gauge) => {
    const { update } = registry.info();
    if (update !== null) gauge.set(Number(update.stale));
  });
  describe('portolan_database_bytes', 'Size of the SQLite file.', [], (gauge) => gauge.set(fileSizes().database));
  describe('portolan_database_wal_bytes', 'Size of its write-ahead log.', [], (gauge) => gauge.set(fileSizes().wal));
}

/** What cannot be read now is left out; `portolan_ready` tells so. */
function tryTo<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function toSeconds(time: string): number {
  return Date.parse(time) / 1000;
}
