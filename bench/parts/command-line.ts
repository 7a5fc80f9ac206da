import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../child.ts';
import { GOALS } from '../goals.ts';
import { drawPorts } from '../port-sequence.ts';
import { median } from '../statistics.ts';
import type { Part } from './part.ts';

const LINES = 500_000;
const LAUNCHER = [process.execPath, 'bin/portolan.js'] as const;

/** Measures a lookup on the command line less the start of Node, and the rate of `annotate` on the output of `ss`. */
export const commandLine: Part = async ({ options, workbench }) => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'));
  try {
    const environment = { DATABASE: workbench.database };
    const connections = join(folder, 'ss.txt');
    writeFileSync(connections, socketLines());
    const time = async (name: string, command: readonly string[]): Promise<number> => {
      const start = performance.now();
      await runProgram({ name, command, environment });
      return performance.now() - start;
    };
    const [starts, annotations]: number[][] = [[], []];
    for (let round = 0; round < options.rounds; round++) {
      const bare = await time('node', [process.execPath, '-e', '0']);
      starts?.push((await time('portolan', [...LAUNCHER, '60257'])) - bare);
      const filter = `"${LAUNCHER.join('" "')}" annotate < "${connections}" > /dev/null`;
      annotations?.push(LINES / ((await time('portolan annotate', ['/bin/sh', '-c', filter])) / 1000));
    }
    return [
      {
        what: 'portolan 60257, over the start of node',
        figure: median(starts ?? []),
        unit: 'ms',
        goal: GOALS.commandLine,
      },
      {
        what: 'portolan annotate, start included',
        figure: median(annotations ?? []),
        unit: 'lines/s',
        goal: GOALS.annotate,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Returns lines of `ss` with the connections of a client to random ports. */
function socketLines(): string {
  return drawPorts(LINES)
    .map(
      (port, index) =>
        `tcp   ESTAB  0      0   10.0.0.1:${32_768 + (index % 28_000)}   10.1.0.2:${port}   users:(("app",pid=77,fd=9))\n`,
    )
    .join('');
}
