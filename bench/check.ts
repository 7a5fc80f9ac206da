import assert from 'node:assert/strict';
import { type Answer, ask } from './ask.ts';
import type { Running } from './child.ts';
import { drawPorts, SEED } from './port-sequence.ts';
import type { RecordedAnswer } from './recording.ts';
import type { BenchRequest } from './requests.ts';

/** Ports of each kind: the ends, many rows, one row, ranges, none. */
const ALWAYS = [0, 22, 80, 1023, 1024, 3478, 6010, 6667, 7775, 31337, 49151, 49152, 60257, 65535];

/** Ports that are checked beside those. */
const DRAWN = 50;

/** Differs from answer to answer, and from process to process. */
const CHANGING = ['date', 'connection', 'keep-alive', 'x-request-id'];

/** Says whether an answer is right; throws where it is not. */
export type Judge = (answer: Answer, recorded: RecordedAnswer) => void;

/**
 * Asks a contender for some ports: a wrong answer must not count, however fast it is.
 *
 * @param contender - Who is asked.
 * @param toRequest - How.
 * @param recording - What Portolan answered.
 * @param judge - What counts as right.
 * @throws {AssertionError} At the first wrong answer.
 */
export async function check(
  { name, url }: Running,
  toRequest: (port: number) => BenchRequest,
  recording: readonly RecordedAnswer[],
  judge: Judge,
): Promise<void> {
  for (const port of [...ALWAYS, ...drawPorts(DRAWN, SEED + 1)]) {
    const answer = await ask(url, toRequest(port));
    const recorded = recording[port];
    assert.ok(recorded !== undefined);
    try {
      judge(answer, recorded);
    } catch (error) {
      throw new Error(`${name} gave a wrong answer for port ${port}`, { cause: error });
    }
  }
}

/** The same status, header fields and body, byte by byte. */
export const sameAnswer: Judge = (answer, recorded) => {
  sameBody(answer, recorded);
  assert.deepEqual(toFields(answer.rawHeaders), toFields(recorded.headers));
};

/** The same body; the header fields are the contender's own. */
export const sameBody: Judge = ({ status, body }, recorded) => {
  assert.equal(status, 200);
  assert.equal(body.toString('utf8'), recorded.body.toString('utf8'));
};

/** The same data, however it is written. */
export const sameData: Judge = ({ status, body }, recorded) => {
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(body.toString('utf8')), JSON.parse(recorded.body.toString('utf8')));
};

function toFields(rawHeaders: readonly string[]): Record<string, string> {
  const pairs = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ''] as const] : [],
  );
  return Object.fromEntries(pairs.filter(([name]) => !CHANGING.includes(name)).sort());
}
