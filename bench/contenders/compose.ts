// Composes reports in process from SQLite, and prints the times of the first report of each port.
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { shufflePorts } from '../port-sequence.ts';
import { percentile } from '../statistics.ts';

const [database = ''] = process.argv.slice(2);

/** Composes the report of every port over a new connection, and returns the times in microseconds. */
function timeAll(seed: number): number[] {
  const registry = new SqliteRegistry(database);
  const times = shufflePorts(seed).map((port) => {
    const start = process.hrtime.bigint();
    const report = registry.port(port, null);
    const microseconds = Number(process.hrtime.bigint() - start) / 1000;
    if (report.number !== port) throw new Error(`Wrong report: expected port ${port}, got ${report.number}`);
    return microseconds;
  });
  registry.close();
  return times;
}

// The first pass warms up V8's compiler. The second pass has a new registry with empty caches.
timeAll(1);
const times = timeAll(2);
console.log(JSON.stringify({ p50: percentile(times, 50), p99: percentile(times, 99), longest: Math.max(...times) }));
