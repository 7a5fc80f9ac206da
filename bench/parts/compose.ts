import { runProgram } from '../child.ts';
import { peer } from '../contenders/peers.ts';
import { GOALS } from '../goals.ts';
import { median } from '../statistics.ts';
import type { Part } from './part.ts';

/** Measures one report composed in process from SQLite, for every port, with caches that start empty. */
export const compose: Part = async ({ options, workbench }) => {
  const medians: number[] = [];
  for (let round = 0; round < options.rounds; round++) {
    const { p50 } = JSON.parse(await runProgram(peer('compose', workbench))) as { p50: number };
    medians.push(p50);
  }
  return [
    { what: 'one report composed in process, nothing kept', figure: median(medians), unit: 'µs', goal: GOALS.compose },
  ];
};
