import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { ask } from '../ask.ts';
import { portolan } from '../contenders/portolan.ts';
import { GOALS } from '../goals.ts';
import { PORT_COUNT, shufflePorts } from '../port-sequence.ts';
import { type RecordedAnswer, readRecording } from '../recording.ts';
import type { BenchRequest } from '../requests.ts';
import { median } from '../statistics.ts';
import { type Part, withServer } from './part.ts';

/** All 65,536 ports in one request, in random order, over HTTP: full reports in JSON, rows in CSV. */
export const batch: Part = ({ options, workbench }) =>
  withServer(portolan(workbench.database), async ({ url }) => {
    const ports = shufflePorts();
    const expected = expectedJson(ports, readRecording(workbench.restRecording));
    const speeds = { json: [] as number[], csv: [] as number[] };
    // The first round is for V8, and to see whether the answers are right.
    for (let round = 0; round <= options.rounds; round++) {
      const json = await timed(() => ask(url, askBatch(ports, 'application/json')));
      assert.equal(createHash('sha256').update(json.answer.body).digest('hex'), expected, 'a batch in JSON is wrong');
      const csv = await timed(() => ask(url, askBatch(ports, 'text/csv')));
      if (round === 0) checkCsv(csv.answer.body.toString('utf8'), ports);
      else {
        speeds.json.push(PORT_COUNT / json.seconds);
        speeds.csv.push(PORT_COUNT / csv.seconds);
      }
    }
    return [
      { what: 'batch of all ports, JSON', figure: median(speeds.json), unit: 'ports/s', goal: GOALS.batchJson },
      { what: 'batch of all ports, CSV', figure: median(speeds.csv), unit: 'ports/s', goal: GOALS.batchCsv },
    ];
  });

function askBatch(ports: readonly number[], accept: string): BenchRequest {
  const headers = { 'Content-Type': 'application/json', Accept: accept };
  return { method: 'POST', path: '/ports/lookup', headers, body: JSON.stringify(ports) };
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly answer: T; readonly seconds: number }> {
  const began = performance.now();
  const answer = await work();
  return { answer, seconds: (performance.now() - began) / 1000 };
}

/** A batch holds each report as it stands by itself. */
function expectedJson(ports: readonly number[], recording: readonly RecordedAnswer[]): string {
  const hash = createHash('sha256').update('{"results":[');
  for (const [index, port] of ports.entries()) {
    hash.update(`${index > 0 ? ',' : ''}{"query":${port},"report":`);
    hash.update(recording[port]?.body ?? '').update('}');
  }
  return hash.update(']}').digest('hex');
}

/** Every port has a row or more, in the order asked, and none is an error. */
function checkCsv(text: string, ports: readonly number[]): void {
  const [header, ...rows] = parse(text) as string[][];
  assert.equal(header?.at(-1), 'error');
  const asked = rows.filter((row, index) => row[0] !== rows[index - 1]?.[0]).map(([query]) => Number(query));
  assert.deepEqual(asked, ports, 'a batch in CSV is wrong');
  assert.ok(rows.every((row) => row.at(-1) === ''));
}
