import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { portolan } from '../contenders/portolan.ts';
import { GOALS } from '../goals.ts';
import { drive } from '../load/load.ts';
import { shufflePorts } from '../port-sequence.ts';
import { askGraphql, askRest } from '../requests.ts';
import type { Row } from '../results.ts';
import { type Part, withServer } from './part.ts';

/** The time limit for requesting every port once, in seconds. */
const LONGEST_S = 300;

/** Measures the resident memory of the process: at start, and after requests for every port in JSON and by GraphQL. */
export const memory: Part = ({ options, workbench }) =>
  withServer(portolan(workbench.database), async ({ url, pid }) => {
    const atStart = residentMegabytes(pid);
    const ports = shufflePorts();
    const after: number[] = [];
    for (const toRequest of [askRest, askGraphql]) {
      const requests = ports.map((port) => toRequest(port));
      const { connections } = options;
      const { answers } = await drive({ url, requests, order: 'once', seconds: LONGEST_S, connections });
      assert.ok(answers > ports.length - 2 * connections, `only ${answers} ports were answered in ${LONGEST_S} s`);
      after.push(residentMegabytes(pid));
    }
    const [afterRest = Number.NaN, afterAll = Number.NaN] = after;
    return [
      row('memory at start', atStart),
      row('memory after every port in JSON', afterRest),
      { ...row('memory after every port in JSON and by GraphQL', afterAll), goal: GOALS.memory },
    ];
  });

/** Returns the resident memory (VmRSS) of a process in MB of 1,000,000 bytes. Works on Linux only. */
function residentMegabytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kibibytes) * 1024) / 1_000_000;
}

function row(what: string, figure: number): Row {
  return { what, figure, unit: 'MB' };
}
