import { createWriteStream, readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { ask } from './ask.ts';
import { PORT_COUNT } from './port-sequence.ts';
import type { BenchRequest } from './requests.ts';

/** A recorded response. */
export interface RecordedAnswer {
  /** Alternating names and values of the header fields, without those that Node adds to every response. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Header fields that Node writes, or that belong to the connection. */
const OMITTED_FIELDS = ['date', 'connection', 'keep-alive', 'transfer-encoding'];

/** The number of concurrent requests. */
const CONCURRENCY = 16;

/**
 * Requests every port from a server and writes the responses to a file, header fields included.
 *
 * @param url - The base URL of the server.
 * @param file - The path of the file.
 * @param toRequest - Returns the request for a port.
 * @param count - The number of ports, starting at 0; a multiple of 16.
 * @throws {Error} When a status is not 200.
 */
export async function record(
  url: string,
  file: string,
  toRequest: (port: number) => BenchRequest,
  count: number = PORT_COUNT,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  async function* answers(): AsyncGenerator<Buffer> {
    for (let first = 0; first < count; first += CONCURRENCY) {
      const ports = Array.from({ length: CONCURRENCY }, (_, index) => first + index);
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
  const headers = rawHeaders.filter(
    (_, index) => !OMITTED_FIELDS.includes((rawHeaders[index & ~1] ?? '').toLowerCase()),
  );
  const head = Buffer.from(JSON.stringify(headers));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(head.length, 0);
  lengths.writeUInt32LE(body.length, 4);
  return Buffer.concat([lengths, head, body]);
}

/**
 * Reads a file that `record` wrote.
 *
 * @param file - The path of the file.
 * @returns The responses by port number; the bodies are views of one buffer with the whole file.
 */
export function readRecording(file: string): readonly RecordedAnswer[] {
  const bytes = readFileSync(file);
  const answers: RecordedAnswer[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const body = offset + 8 + bytes.readUInt32LE(offset);
    const end = body + bytes.readUInt32LE(offset + 4);
    answers.push({
      headers: JSON.parse(bytes.toString('utf8', offset + 8, body)),
      body: bytes.subarray(body, end),
    });
    offset = end;
  }
  return answers;
}
