import { cpus } from 'node:os';
import { CAN_PIN, pinThisProcess } from './core.ts';
import { GENERATOR } from './load/load.ts';
import { type Options, parseOptions } from './options.ts';
import { PARTS } from './parts/parts.ts';
import { formatTable, type Row } from './results.ts';
import { prepareWorkbench } from './workbench.ts';

/** Runs the parts named on the command line, and prints one table of all results on standard output. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2), Object.keys(PARTS));
  pinThisProcess();
  const parts = options.parts.flatMap((name) => Object.entries(PARTS).filter(([known]) => known === name));
  const workbench = await prepareWorkbench(new Set(parts.flatMap(([, { needs }]) => needs)), log);
  const rows: Row[] = [];
  const failed: string[] = [];
  for (const [name, { measure }] of parts) {
    const start = performance.now();
    try {
      rows.push(...(await measure({ options, workbench })));
      log(`${name}: ${Math.round((performance.now() - start) / 1000)} s`);
    } catch (error) {
      // The other parts still run and print their results, but the run has failed.
      failed.push(name);
      console.error(`${name} failed:`, error);
    }
  }
  console.log(`${describeRun(options)}\n\n${formatTable(rows)}`);
  if (failed.length > 0) {
    console.error(`No results for ${failed.join(', ')}`);
    process.exitCode = 1;
  }
}

function describeRun({ rounds, seconds, connections, quick }: Options): string {
  const processors = cpus();
  const pinned = CAN_PIN ? 'one core for the server, one for the load' : 'not pinned to cores';
  return [
    `Node ${process.versions.node}, ${processors.length} × ${processors[0]?.model.trim()}, ${pinned}, ${GENERATOR};`,
    `${rounds} rounds of ${seconds} s, ${connections} connections${quick ? ', quick' : ''}`,
  ].join(' ');
}

function log(message: string): void {
  console.error(`bench: ${message}`);
}

await main();
