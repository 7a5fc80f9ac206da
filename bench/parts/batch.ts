import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { ask } from '../ask.ts';
import { portolan } from '../contenders/portolan.ts';
import { GOALS } from '../goals.ts';
import { PORT_COUNT, shufflePorts } from '../port-sequence.ts';
import { type RecordedAnswer, readRecording } from '../recording.ts';
import type { BenchRequest } from '../requests.ts';
import { runRounds } from '../rounds.ts';
import { median } from '../statistics.ts';
import { type Part, withServer } from './part.ts';

/** Measures one request for all 65,536 ports in random order: full reports in JSON, rows in CSV. */
export const batch: Part = ({ options, workbench }) =>
  withServer(portolan(workbench.database), async (server) => {
    const ports = shufflePorts();
    const json = askBatch(ports, 'application/json');
    const csv = askBatch(ports, 'text/csv');
    const expected = expectedJson(ports, readRecording(workbench.restRecording));
    const { body } = await ask(server.url, json);
    assert.equal(createHash('sha256').update(body).digest('hex'), expected, 'a batch in JSON is wrong');
    checkCsv((await ask(server.url, csv)).body.toString('utf8'), ports);
    const runners = [
      { name: 'batch of all ports, JSON', server, requests: [json], goal: GOALS.batchJson },
      { name: 'batch of all ports, CSV', server, requests: [csv], goal: GOALS.batchCsv },
    ];
    const seconds = Math.max(options.seconds, BATCH_SECONDS);
    const results = await runRounds(runners, { ...options, seconds, connections: 1 });
    return runners.map(({ name, goal }) => ({
      what: name,
      // Uses the median latency: the rate would miss the last request of a turn, which is cut off.
      figure: median((results.get(name) ?? []).map(({ p50 }) => (PORT_COUNT / p50) * 1000)),
      unit: 'ports/s',
      goal,
    }));
  });

/** The least duration of a turn, in seconds: a request may take more than one second. */
const BATCH_SECONDS = 5;

function askBatch(ports: readonly number[], accept: string): BenchRequest {
  const headers = { 'Content-Type': 'application/json', Accept: accept };
  return { method: 'POST', path: '/ports/lookup', headers, body: JSON.stringify(ports) };
}

/** Returns the hash of the expected body: a batch contains the same bytes as the single reports. */
function expectedJson(ports: readonly number[], recording: readonly RecordedAnswer[]): string {
  const hash = createHash('sha256').update('{"results":[');
  for (const [index, port] of ports.entries()) {
    hash.update(`${index > 0 ? ',' : ''}{"query":${port},"report":`);
    hash.update(recording[port]?.body ?? '').update('}');
  }
  return hash.update(']}').digest('hex');
}

/** Checks that every port has at least one row, in the order of the request, and that no row is an error. */
function checkCsv(text: string, ports: readonly number[]): void {
  const [header, ...rows] = parse(text) as string[][];
  assert.equal(header?.at(-1), 'error');
  const queries = rows.filter((row, index) => row[0] !== rows[index - 1]?.[0]).map(([query]) => Number(query));
  assert.deepEqual(queries, ports, 'a batch in CSV is wrong');
  assert.ok(rows.every((row) => row.at(-1) === ''));
}
