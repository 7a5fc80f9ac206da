import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Counts } from '../metrics/counts.ts';
import { ByteTemplate, type ByteText, encode, joinBytes } from '../registry/byte-text.ts';
import type { Registry } from '../registry/registry.ts';
import {
  answerBatch,
  type BatchItem,
  type BatchResult,
  countResults,
  readJsonBatch,
  readTextBatch,
} from '../rest/batch.ts';
import { portJson, portTemplate } from '../rest/port-json.ts';
import { readQuery } from '../rest/query.ts';
import { PORTS_CSV_HEADER, type PortLine, portCsvLines } from '../text/csv.ts';
import { readBody } from './body.ts';
import { countLookups } from './counting.ts';
import { searchOf } from './form-query.ts';
import { allowMethods } from './methods.ts';
import { MEDIA_TYPES, negotiate } from './negotiate.ts';
import { writePort } from './plain-forms.ts';
import { HttpError, toProblem } from './problem.ts';
import { chargeCost, costOfPorts } from './request-cost.ts';
import { sendStream } from './stream.ts';

/** What a batch may hold. */
export interface BatchLimits {
  /** The largest body, in bytes. */
  readonly bodyBytes: number;
  /** How many results it may give. */
  readonly batchResults: number;
}

const FORMATS = ['json', 'ndjson', 'csv', 'text'] as const;

/** The pieces of an answer in one form: what stands before, between and behind the parts, and how a part is written. */
interface Frame {
  readonly before: string;
  readonly between: string;
  readonly behind: string;
  /** The whole answer to a batch without items; like the others without anything beyond ASCII. */
  readonly empty: string;
  readonly part: (results: readonly BatchResult[]) => ByteText;
}

const FRAMES: { readonly [Format in (typeof FORMATS)[number]]: Frame } = {
  json: frameOf('{"results":[', ',', ']}', '{"results":[]}', (results) => joinBytes(results.map(toJson), ',')),
  ndjson: frameOf('', '\n', '\n', '', (results) => joinBytes(results.map(toJson), '\n')),
  csv: frameOf(PORTS_CSV_HEADER, '', '', PORTS_CSV_HEADER, (results) =>
    joinBytes(results.map(toLine).map(portCsvLines)),
  ),
  text: frameOf('', '\n', '', '\n', (results) => encode(results.map(toText).join('\n'))),
};

function frameOf(before: string, between: string, behind: string, empty: string, part: Frame['part']): Frame {
  return { before, between, behind, empty, part };
}

/**
 * Answers `POST /ports/lookup`: many ports in one request, sent as they are composed.
 *
 * @param registry - Where the answers come from.
 * @param limits - What a batch may hold.
 * @param counts - Where look-ups are counted.
 */
export function batchRouter(registry: Registry, limits: BatchLimits, counts: Counts): Router {
  const parsers = [
    readBody(limits.bodyBytes, (options) => express.json({ ...options, strict: false })),
    readBody(limits.bodyBytes, (options) => express.text({ ...options, type: 'text/plain' })),
  ];
  const router = Router({ caseSensitive: true, strict: true });
  router.all('/ports/lookup', allowMethods(['POST']), expectBatch, ...parsers, answer(registry, limits, counts));
  return router;
}

const expectBatch: RequestHandler = (request, _response, next) => {
  if (request.is(['application/json', 'text/plain'])) next();
  else throw new HttpError(415, 'Cannot read the body: expected Content-Type application/json or text/plain');
};

function answer(registry: Registry, { batchResults }: BatchLimits, counts: Counts): RequestHandler {
  return async (request, response) => {
    const query = readQuery(searchOf(request.originalUrl), ['format']);
    const format = negotiate(request, FORMATS, query.get('format'));
    const items = readItems(request);
    const count = countResults(items);
    if (count > batchResults) {
      throw new HttpError(
        413,
        `Cannot answer for more than ${batchResults} ports at once: the batch asks for ${count}`,
      );
    }
    await chargeCost(response, costOfPorts(count));
    const snapshot = registry.snapshot();
    try {
      response.set('Cache-Control', 'no-store').vary('Accept');
      await sendStream(
        response,
        MEDIA_TYPES[format],
        frame(FRAMES[format], counted(answerBatch(snapshot, items), response, counts)),
      );
    } finally {
      snapshot.close();
    }
  };
}

function readItems(request: Request): BatchItem[] {
  return request.is('text/plain') ? readTextBatch(String(request.body ?? '')) : readJsonBatch(request.body);
}

async function* counted(
  parts: AsyncIterable<BatchResult[]>,
  response: Response,
  counts: Counts,
): AsyncGenerator<BatchResult[]> {
  for await (const results of parts) {
    countLookups(
      counts,
      response,
      results.flatMap((result) => ('error' in result ? [] : [result.shared])),
    );
    yield results;
  }
}

async function* frame(
  { before, between, behind, empty, part }: Frame,
  parts: AsyncIterable<BatchResult[]>,
): AsyncGenerator<Buffer> {
  let lead = before;
  let isEmpty = true;
  for await (const results of parts) {
    yield Buffer.from(lead + part(results), 'latin1');
    lead = between;
    isEmpty = false;
  }
  yield Buffer.from(isEmpty ? empty : behind, 'latin1');
}

function toJson(result: BatchResult): ByteText {
  const query = encode(JSON.stringify(result.query));
  if ('error' in result) return ERROR.fill(query, encode(JSON.stringify(toProblem(result.error))));
  return REPORT.fill(query, portJson(result.number, portTemplate(result.shared)));
}

const ERROR = new ByteTemplate(['{"query":', ',"error":', '}'].map(encode), [0, 1]);
const REPORT = new ByteTemplate(['{"query":', ',"report":', '}'].map(encode), [0, 1]);

function toLine(result: BatchResult): PortLine {
  const query = typeof result.query === 'string' ? result.query : JSON.stringify(result.query);
  return 'error' in result
    ? { query, error: result.error.message }
    : { query, number: result.number, shared: result.shared };
}

function toText(result: BatchResult): string {
  return 'error' in result ? `${result.error.message}\n` : writePort(result);
}
