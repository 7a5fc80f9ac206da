import assert from 'node:assert/strict';
import type { Answer } from '../ask.ts';
import { check } from '../check.ts';
import { portolan } from '../contenders/portolan.ts';
import { shufflePorts } from '../port-sequence.ts';
import { type RecordedAnswer, readRecording } from '../recording.ts';
import { askRest, type BenchRequest } from '../requests.ts';
import { runRounds, warmUp } from '../rounds.ts';
import { plainRows } from './compare.ts';
import { type Part, withServer } from './part.ts';

/** Measures cached reports: as 304, as text and as CSV. */
export const forms: Part = ({ options, workbench }) =>
  withServer(portolan(workbench.database), async (server) => {
    const recording = readRecording(workbench.restRecording);
    const askAgain = (port: number) => askRest(port, { 'If-None-Match': validatorOf(recording[port]) });
    await check(server, askAgain, recording, isUnchanged);
    await check(server, askText, recording, beginsWithPort);
    await check(server, askCsv, recording, isCsv);
    const ports = shufflePorts();
    // Requests whole reports before their 304s, as every client does.
    await warmUp({ name: server.name, server, requests: ports.map((port) => askRest(port)), touchAll: true }, options);
    const runners = [
      { name: 'GET /ports/{random}, 304', server, requests: ports.map(askAgain), touchAll: true },
      { name: 'GET /ports/{random}, text', server, requests: ports.map(askText), touchAll: true },
      { name: 'GET /ports/{random}, CSV', server, requests: ports.map(askCsv), touchAll: true },
    ];
    return plainRows(await runRounds(runners, options));
  });

function askText(port: number): BenchRequest {
  return askRest(port, { Accept: 'text/plain' });
}

function askCsv(port: number): BenchRequest {
  return askRest(port, { Accept: 'text/csv' });
}

function validatorOf(recorded: RecordedAnswer | undefined): string {
  const headers = recorded?.headers ?? [];
  const validator = headers[headers.findIndex((name) => name.toLowerCase() === 'etag') + 1];
  assert.ok(validator !== undefined, 'a report has no ETag');
  return validator;
}

function isUnchanged({ status, body }: Answer): void {
  assert.deepEqual({ status, length: body.length }, { status: 304, length: 0 });
}

function beginsWithPort({ status, body }: Answer, recorded: RecordedAnswer): void {
  assert.equal(status, 200);
  const { number } = JSON.parse(recorded.body.toString('utf8')) as { number: number };
  assert.match(body.toString('utf8'), new RegExp(`^${number}  `));
}

function isCsv({ status, body }: Answer): void {
  assert.equal(status, 200);
  assert.match(body.toString('utf8'), /^query,number,/);
}
