import assert from 'node:assert/strict';
import { type Answer, ask } from './ask.ts';
import type { Running } from './child.ts';
import { drawPorts, SEED } from './port-sequence.ts';
import type { RecordedAnswer } from './recording.ts';
import type { BenchRequest } from './requests.ts';

/** Ports that are always checked: the first and last of each range, ports with many rows, one row, a range and no row. */
const ALWAYS = [0, 22, 80, 1023, 1024, 3478, 6010, 6667, 7775, 31337, 49151, 49152, 60257, 65535];

/** The number of random ports that are checked too. */
const DRAWN = 50;

/** Header fields that differ between responses or processes. */
const CHANGING = ['date', 'connection', 'keep-alive', 'x-request-id'];

/** Throws if a response is wrong. */
export type Verify = (answer: Answer, recorded: RecordedAnswer) => void;

/**
 * Requests some ports from a contender and verifies the responses: a fast but wrong contender must not count.
 *
 * @param contender - The server.
 * @param toRequest - Returns the request for a port.
 * @param recording - The recorded responses of Portolan.
 * @param verify - Throws if a response is wrong.
 * @throws {Error} At the first wrong response.
 */
export async function check(
  { name, url }: Running,
  toRequest: (port: number) => BenchRequest,
  recording: readonly RecordedAnswer[],
  verify: Verify,
): Promise<void> {
  for (const port of [...ALWAYS, ...drawPorts(DRAWN, SEED + 1)]) {
    const answer = await ask(url, toRequest(port));
    const recorded = recording[port];
    assert.ok(recorded !== undefined);
    try {
      verify(answer, recorded);
    } catch (error) {
      throw new Error(`${name} gave a wrong answer for port ${port}`, { cause: error });
    }
  }
}

/** Verifies that status, header fields and body are the same, byte by byte. */
export const sameAnswer: Verify = (answer, recorded) => {
  sameBody(answer, recorded);
  assert.deepEqual(toFields(answer.rawHeaders), toFields(recorded.headers));
};

/** Verifies that the body is the same; the header fields may differ. */
export const sameBody: Verify = ({ status, body }, recorded) => {
  assert.equal(status, 200);
  assert.equal(body.toString('utf8'), recorded.body.toString('utf8'));
};

/** Verifies that the parsed JSON is the same. */
export const sameData: Verify = ({ status, body }, recorded) => {
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(body.toString('utf8')), JSON.parse(recorded.body.toString('utf8')));
};

function toFields(rawHeaders: readonly string[]): Record<string, string> {
  const pairs = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ''] as const] : [],
  );
  return Object.fromEntries(pairs.filter(([name]) => !CHANGING.includes(name)).sort());
}
