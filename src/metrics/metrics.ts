import { Counter, collectDefaultMetrics, Gauge, Registry as MetricRegistry } from 'prom-client';
import type { Catalogue } from '../registry/catalogue.ts';
import { LOOKUP_SOURCES } from '../registry/report/port-report.ts';
import type { ImportCount } from '../registry/rows/import-count.ts';
import type { SharedStatus } from '../registry/shared-status.ts';
import type { Build } from '../version.ts';
import { registerDurations } from './durations.ts';
import { RESTARTS } from './merge.ts';
import type { Counts } from './request-counts.ts';

/** The sources of the metrics of a process. */
export interface MetricSources {
  readonly counts: Counts;
  readonly registry: Pick<Catalogue, 'info'> & { readonly importCounts: () => ImportCount[] };
  /** Returns the sizes of the database file and its write-ahead log, in bytes; 0 for a missing file. */
  readonly fileSizes: () => { readonly database: number; readonly wal: number };
  readonly build: Build;
  /** Returns the state of a node of a shared register; null for a standalone server. */
  readonly sharedStatus: (() => SharedStatus) | null;
  /** Returns the number of open connections. */
  readonly connections: () => Promise<number>;
}

/** The interval at which the delay of the event loop is measured, in milliseconds. */
const PRECISION_MS = 20;

/**
 * Registers all metrics of a process. Each is read from its source only when the metrics are collected.
 *
 * @param sources - The sources.
 */
export function registerMetrics(sources: MetricSources): MetricRegistry {
  const metrics = new MetricRegistry();
  registerBuild(metrics, sources.build);
  registerRequests(metrics, sources);
  registerData(metrics, sources);
  registerShared(metrics, sources);
  collectDefaultMetrics({ register: metrics, eventLoopMonitoringPrecision: PRECISION_MS });
  return metrics;
}

/** Registers the metric with the versions of the program as labels. */
function registerBuild(metrics: MetricRegistry, { version, schema }: Build): void {
  new Gauge({
    name: 'portolan_build_info',
    help: 'Always 1; the labels are the versions of the program and of its database schema.',
    labelNames: ['version', 'schema'],
    registers: [metrics],
    aggregator: 'max',
    collect() {
      this.set({ version, schema: String(schema) }, 1);
    },
  });
}

/** Registers the metrics of requests and connections. */
function registerRequests(metrics: MetricRegistry, { counts, connections }: MetricSources): void {
  const registers = [metrics];
  new Counter({
    name: 'portolan_http_requests_total',
    help: 'Requests by route as in the contract, method and status. Status 0: the client disconnected before a response.',
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
    help: 'Ports that were looked up, by the source of the answer: own, iana, informal, or none without a name.',
    labelNames: ['origin'],
    registers,
    collect() {
      this.reset();
      for (const [index, origin] of LOOKUP_SOURCES.entries()) this.inc({ origin }, counts.lookups[index] ?? 0);
    },
  });
  new Counter({
    name: 'portolan_writes_total',
    help: 'Requests to write own entries and pools: done, or the reason of the refusal.',
    labelNames: ['face', 'result'],
    registers,
    collect() {
      this.reset();
      for (const [api, result, count] of counts.writes()) this.inc({ face: api, result }, count);
    },
  });
  new Gauge({
    name: 'portolan_connections',
    help: 'Open client connections.',
    registers,
    async collect() {
      this.set(await connections());
    },
  });
  new Counter({
    name: 'portolan_connections_refused_total',
    help: 'Connections closed immediately because of MAX_CONNECTIONS.',
    registers,
    collect() {
      this.reset();
      this.inc(counts.refusedConnections);
    },
  });
  // Each worker reports 1; the sum over all processes is their number.
  new Gauge({ name: 'portolan_workers', help: 'Processes that serve requests.', registers }).set(1);
  // Always 0 here; the primary process adds its count.
  new Counter({ ...RESTARTS, registers });
}

/** Registers the metrics of the data. All processes see the same data, so their values are not added up. */
function registerData(metrics: MetricRegistry, { registry, fileSizes }: MetricSources): void {
  const registers = [metrics];
  new Gauge({
    name: 'portolan_ready',
    help: '1 while requests can be answered, as on /readyz.',
    registers,
    aggregator: 'min',
    collect() {
      this.set(tryTo(() => registry.info()) === undefined ? 0 : 1);
    },
  });
  const registerGauge = (name: string, help: string, labelNames: readonly string[], fill: (gauge: Gauge) => void) =>
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
  registerGauge('portolan_list_date_seconds', 'Date of a loaded list, since 1970.', ['list', 'origin'], (gauge) => {
    for (const { list, origin, date } of registry.info().origins) gauge.set({ list, origin }, toSeconds(date));
  });
  registerGauge(
    'portolan_list_imported_seconds',
    'Time of the import of a list, since 1970.',
    ['list', 'origin'],
    (gauge) => {
      for (const { list, origin, importedAt } of registry.info().origins) {
        gauge.set({ list, origin }, toSeconds(importedAt));
      }
    },
  );
  registerGauge('portolan_list_rows', 'Rows of a loaded list.', ['list', 'origin'], (gauge) => {
    for (const { list, origin, rows } of registry.info().origins) gauge.set({ list, origin }, rows);
  });
  registerGauge(
    'portolan_import_last_seconds',
    'Time of the last import with this result, since 1970.',
    ['list', 'result'],
    (gauge) => {
      for (const { list, result, lastAt } of registry.importCounts()) gauge.set({ list, result }, toSeconds(lastAt));
    },
  );
  registerGauge('portolan_import_duration_seconds', 'Duration of that import.', ['list', 'result'], (gauge) => {
    for (const { list, result, lastMs } of registry.importCounts()) gauge.set({ list, result }, lastMs / 1000);
  });
  registerGauge('portolan_import_rows', 'Rows of that import.', ['list', 'result'], (gauge) => {
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
  registerGauge('portolan_update_last_seconds', 'Time of the last update attempt, since 1970.', ['result'], (gauge) => {
    const { update } = registry.info();
    if (update !== null) gauge.set({ result: update.result }, toSeconds(update.triedAt));
  });
  registerGauge('portolan_update_success_seconds', 'Time of the last successful update, since 1970.', [], (gauge) => {
    const succeededAt = registry.info().update?.succeededAt;
    if (succeededAt != null) gauge.set(toSeconds(succeededAt));
  });
  registerGauge('portolan_registry_stale', '1 when no update has succeeded for UPDATE_STALE_DAYS.', [], (gauge) => {
    const { update } = registry.info();
    if (update !== null) gauge.set(Number(update.stale));
  });
  registerGauge('portolan_database_bytes', 'Size of the SQLite file.', [], (gauge) => gauge.set(fileSizes().database));
  registerGauge('portolan_database_wal_bytes', 'Size of the write-ahead log.', [], (gauge) =>
    gauge.set(fileSizes().wal),
  );
}

/** Registers the metrics of a node of a shared register; a standalone server has none of them. */
function registerShared(metrics: MetricRegistry, { sharedStatus }: MetricSources): void {
  if (sharedStatus === null) return;
  const registers = [metrics];
  new Gauge({
    name: 'portolan_shared_connected',
    help: '1 while this node can write to the shared register, else 0.',
    registers,
    aggregator: 'min',
    collect() {
      this.set(Number(sharedStatus().connected));
    },
  });
  new Gauge({
    name: 'portolan_shared_lag_seconds',
    help: 'Time since this node last had all writes of the shared register.',
    registers,
    aggregator: 'max',
    collect() {
      this.set(sharedStatus().lagSeconds);
    },
  });
}

/** Returns undefined when the database cannot be read: the metric is left out, and `portolan_ready` is 0. */
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
