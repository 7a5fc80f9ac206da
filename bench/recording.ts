import { createWriteStream, readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { ask } from './ask.ts';
import { PORT_COUNT } from './port-sequence.ts';
import type { BenchRequest } from './requests.ts';

/** An answer as it was given. */
export interface RecordedAnswer {
  /** Names and values of the header fields in turn, without those that Node adds to every answer by itself. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** What Node writes itself, or what belongs to the connection. */
const NODES_OWN = ['date', 'connection', 'keep-alive', 'transfer-encoding'];

/** How many questions are asked at the same time. */
const ASKED_AT_ONCE = 16;

/**
 * Asks a server for every port and writes down its answers, header fields included.
 *
 * @param url - Where it answers.
 * @param file - Where the answers go.
 * @param toRequest - How a port is asked for.
 * @param count - How many ports, from 0 on; a multiple of 16.
 * @throws {Error} When an answer is no 200.
 */
export async function record(
  url: string,
  file: string,
  toRequest: (port: number) => BenchRequest,
  count: number = PORT_COUNT,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: ASKED_AT_ONCE });
  async function* answers(): AsyncGenerator<Buffer> {
    for (let first = 0; first < count; first += ASKED_AT_ONCE) {
      const ports = Array.from({ length: ASKED_AT_ONCE }, (_, index) => first + index);
      yield Buffer.concat(
        await Promise.all(ports.map(async (port) => toBytes(await ask(url, toRequest(port), agent)))),
      );
    }
  }
  await pipeline(answers, createWriteStream(file));
  agent.destroy();
}

function toBytes({ status, rawHeaders, body }: Awaited<ReturnType<typeof ask>>): Buffer {
  if (status !== 200) throw new Error(`Cannot record an answer of status ${status}: ${body}`);
  const headers = rawHeaders.filter((_, index) => !NODES_OWN.includes((rawHeaders[index & ~1] ?? '').toLowerCase()));
  const head = Buffer.from(JSON.stringify(headers));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(head.length, 0);
  lengths.writeUInt32LE(body.length, 4);
  return Buffer.concat([lengths, head, body]);
}

/**
 * Reads what `record` wrote.
 *
 * @param file - Where it lies.
 * @returns The answers by port number; the bodies share the memory of the file.
 */
export function readRecording(file: string): readonly RecordedAnswer[] {
  const bytes = readFileSync(file);
  const answers: RecordedAnswer[] = [];
  for (let place = 0; place < bytes.length; ) {
    const body = place + 8 + bytes.readUInt32LE(place);
    const end = body + bytes.readUInt32LE(place + 4);
    answers.push({
      headers: JSON.parse(bytes.toString('utf8', place + 8, body)),
      body: bytes.subarray(body, end),
    });
    place = end;
  }
  return answers;
}
