import assert from 'node:assert/strict';
import { runProgram } from '../child.ts';
import { findOfficialFile, importProgram } from '../genuine-file.ts';
import { GOALS } from '../goals.ts';
import { median } from '../statistics.ts';
import { withCopy } from '../workbench.ts';
import type { Part } from './part.ts';

/** Measures the whole command `portolan seed --iana FILE`, including the start of Node, on a database with bundled rows. */
export const importing: Part = ({ options, workbench }) =>
  withCopy(workbench, async (database) => {
    const file = findOfficialFile(process.env.IANA_FILES);
    const times: number[] = [];
    for (let round = 0; round < options.rounds; round++) {
      const start = performance.now();
      const output = await runProgram(importProgram(database, file, dayOf(round)));
      times.push(performance.now() - start);
      assert.match(output, /^Imported .*: \d+ rows/, 'nothing was imported');
    }
    return [{ what: `import of ${file.name}, whole command`, figure: median(times), unit: 'ms', goal: GOALS.import }];
  });

/** Returns another day for every round, so that each import is a change. */
function dayOf(round: number): string {
  return new Date(Date.UTC(2026, 0, 1 + round)).toISOString().slice(0, 10);
}
