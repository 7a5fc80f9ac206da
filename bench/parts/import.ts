import assert from 'node:assert/strict';
import { runProgram } from '../child.ts';
import { findOfficialFile, importProgram } from '../genuine-file.ts';
import { GOALS } from '../goals.ts';
import { median } from '../statistics.ts';
import { withCopy } from '../workbench.ts';
import type { Part } from './part.ts';

/** The whole command `portolan seed --iana FILE`, the start of Node included, over a database with the bundled rows. */
export const importing: Part = ({ options, workbench }) =>
  withCopy(workbench, async (database) => {
    const file = findOfficialFile(process.env.IANA_FILES);
    const times: number[] = [];
    for (let round = 0; round < options.rounds; round++) {
      const began = performance.now();
      const told = await runProgram(importProgram(database, file, dayOf(round)));
      times.push(performance.now() - began);
      assert.match(told, /^Imported .*: \d+ rows/, 'nothing was imported');
    }
    return [{ what: `import of ${file.name}, whole command`, figure: median(times), unit: 'ms', goal: GOALS.import }];
  });

/** A day of its own for every round, so that each is a change. */
function dayOf(round: number): string {
  return new Date(Date.UTC(2026, 0, 1 + round)).toISOString().slice(0, 10);
}
