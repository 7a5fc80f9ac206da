// Reports composed in process from SQLite: how long each takes when it is asked for the first time.
import { SqliteRegistry } from '../../src/sqlite/sqlite-registry.ts';
import { shufflePorts } from '../port-sequence.ts';
import { percentile } from '../statistics.ts';

const [database = ''] = process.argv.slice(2);

/** Microseconds for each port, over a connection of its own. */
function timeAll(seed: number): number[] {
  const registry = new SqliteRegistry(database);
  const times = shufflePorts(seed).map((port) => {
    const began = process.hrtime.bigint();
    const report = registry.port(port, null);
    const took = Number(process.hrtime.bigint() - began) / 1000;
    if (report.number !== port) throw new Error(`Asked for ${port}, got ${report.number}`);
    return took;
  });
  registry.close();
  return times;
}

// The first pass is for the compiler of V8 alone: the second has a registry that has kept nothing yet.
timeAll(1);
const times = timeAll(2);
console.log(JSON.stringify({ p50: percentile(times, 50), p99: percentile(times, 99), longest: Math.max(...times) }));
