import { type RequestHandler, type Response, Router } from 'express';
import { ByteTemplate, type ByteText, encode, joinBytes } from '../../byte-text.ts';
import type { Counts } from '../../metrics/request-counts.ts';
import type { Registry } from '../../registry/registry.ts';
import { isCrowded } from '../../registry/report/port-report.ts';
import type { ReportSource } from '../../registry/report-source.ts';
import { runInSteps, type Steps } from '../../registry/values/run-step.ts';
import { renderPort } from '../../render/plain-formats.ts';
import { parseTextOptions } from '../../render/text-options.ts';
import { answerBatch, type BatchResult, countResults, STEP_RESULTS } from '../../rest/batch.ts';
import { jsonItems, textItems } from '../../rest/batch-items.ts';
import { crowdedPortJson } from '../../rest/json.ts';
import { portJson, portTemplate } from '../../rest/port-json.ts';
import { parseQuery } from '../../rest/query.ts';
import { crowdedPortCsv, PORTS_CSV_HEADER, type PortLine, portCsvLines, type ReportLine } from '../../text/csv.ts';
import { portsTsv } from '../../text/port-tsv.ts';
import type { TextOptions } from '../../text/text-options.ts';
import { searchOf } from '../message/form-query.ts';
import { allowMethods } from '../message/methods.ts';
import { MEDIA_TYPES, negotiate } from '../message/negotiate.ts';
import { faultProblem, HttpError } from '../message/problem.ts';
import { countLookups } from '../middleware/counting.ts';
import { readBody } from '../work/body.ts';
import type { HeldMemory } from '../work/held-memory.ts';
import { endLargeAnswer } from '../work/large-answers.ts';
import type { BatchLimits } from '../work/limits.ts';
import { chargeCost, costOfPorts } from '../work/request-cost.ts';
import { type RequestWork, workOf } from '../work/request-work.ts';
import { sendStream } from '../work/stream.ts';

type BatchSource = ReportSource & Pick<Registry, 'snapshot'>;

/**
 * The most results in one piece of a batch response. Pieces of 16 results, 66 KB in JSON, take half the processor time of pieces of
 * 128, which V8 keeps apart as large objects.
 */
const PIECE_RESULTS = 16;

const FORMATS = ['json', 'ndjson', 'csv', 'text', 'tsv'] as const;

/** The delimiters of a batch response in one format, and the writer of its parts. */
interface Frame {
  readonly before: string;
  readonly between: string;
  readonly behind: string;
  /** The whole response to a batch without items. All delimiters are ASCII. */
  readonly empty: string;
  readonly part: (results: readonly BatchResult[], options: TextOptions) => ByteText | Steps<ByteText>;
  /** The most results in one piece. */
  readonly pieceResults: number;
}

const FRAMES: { readonly [Format in (typeof FORMATS)[number]]: Frame } = {
  json: frameOf('{"results":[', ',', ']}', '{"results":[]}', (results) => partOf(results, crowdedJson, toJson, ',')),
  ndjson: frameOf('', '\n', '\n', '', (results) => partOf(results, crowdedJson, toJson, '\n')),
  csv: frameOf(PORTS_CSV_HEADER, '', '', PORTS_CSV_HEADER, (results) =>
    partOf(results, crowdedCsv, (result) => portCsvLines(toLine(result)), ''),
  ),
  text: frameOf('', '\n', '', '\n', (results, options) =>
    encode(results.map((result) => toText(result, options)).join('\n')),
  ),
  tsv: {
    ...frameOf('', '', '', '', (results, { preferred }) => encode(portsTsv(results.map(toLine), preferred))),
    // A result has 30 bytes.
    pieceResults: STEP_RESULTS,
  },
};

function frameOf(before: string, between: string, behind: string, empty: string, part: Frame['part']): Frame {
  return { before, between, behind, empty, part, pieceResults: PIECE_RESULTS };
}

/**
 * Handles `POST /ports/lookup`: many ports in one request, sent while they are composed.
 *
 * @param registry - The registry.
 * @param limits - The limits of a batch.
 * @param counts - The counters of lookups.
 * @param held - The memory that is held for clients.
 */
export function batchRouter(registry: BatchSource, limits: BatchLimits, counts: Counts, held: HeldMemory): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const read = readBody(limits.bodyBytes, held);
  router.all('/ports/lookup', allowMethods(['POST']), expectBatch, read, handleBatch(registry, limits, counts, held));
  return router;
}

const expectBatch: RequestHandler = (request, _response, next) => {
  if (request.is(['application/json', 'text/plain'])) next();
  else throw new HttpError(415, 'Cannot read the body: expected Content-Type application/json or text/plain');
};

function handleBatch(
  registry: BatchSource,
  { batchResults }: BatchLimits,
  counts: Counts,
  held: HeldMemory,
): RequestHandler {
  return async (request, response) => {
    const query = parseQuery(searchOf(request.originalUrl), ['prefer', 'checks', 'format', 'wide']);
    const options = parseTextOptions(query);
    const format = negotiate(request, FORMATS, query.get('format'));
    const body: string = request.body;
    const items = () => (request.is('text/plain') ? textItems(body) : jsonItems(body));
    const work = workOf(response, true);
    // Many bodies with thousands of items are counted one after the other: in turns, all of them would wait for the last one.
    const count = await work.runAlone((run) => countResults(items(), batchResults, run));
    endLargeAnswer(response);
    await chargeCost(response, costOfPorts(count));
    response.set('Cache-Control', 'no-store').vary('Accept');
    const send = (from: ReportSource): Promise<void> => {
      const nextPart = answerBatch(from, items());
      const render = (results: readonly BatchResult[]): ByteText | Steps<ByteText> => {
        countBatch(counts, response, results);
        return FRAMES[format].part(results, options);
      };
      const pieces = frame(FRAMES[format], nextPart, work, render);
      return sendStream(response, MEDIA_TYPES[format], pieces, held, 'latin1');
    };
    // A single step reads one state of the data anyway.
    if (count <= STEP_RESULTS) return send(registry);
    const snapshot = registry.snapshot();
    try {
      return await send(snapshot);
    } finally {
      snapshot.close();
    }
  };
}

function countBatch(counts: Counts, response: Response, results: readonly BatchResult[]): void {
  const reports = results.flatMap((result) => ('shared' in result ? [result.shared] : []));
  countLookups(counts, response, reports);
}

/** Writes the parts of a batch: each is composed in one step, and rendered in pieces in the next ones. */
async function* frame(
  { before, between, behind, empty, pieceResults }: Frame,
  nextPart: () => readonly BatchResult[] | null,
  work: RequestWork,
  render: (results: readonly BatchResult[]) => ByteText | Steps<ByteText>,
): AsyncGenerator<ByteText> {
  let delimiter = before;
  for (let results = await work.run(nextPart); results !== null; results = await work.run(nextPart)) {
    for (const piece of piecesOf(results, pieceResults)) {
      const part = await work.run(() => render(piece));
      yield (delimiter + (typeof part === 'string' ? part : await runInSteps(part, work.run))) as ByteText;
      delimiter = between;
    }
  }
  yield (delimiter === between ? behind : empty) as ByteText;
}

/** Divides results into pieces. A crowded port is a piece of its own. */
function* piecesOf(results: readonly BatchResult[], most: number): Generator<readonly BatchResult[]> {
  let first = 0;
  for (const [index, result] of results.entries()) {
    if (index > first && (index - first === most || isCrowdedResult(result))) {
      yield results.slice(first, index);
      first = index;
    }
    if (isCrowdedResult(result)) {
      yield [result];
      first = index + 1;
    }
  }
  if (first < results.length) yield results.slice(first);
}

type FoundResult = Extract<BatchResult, { readonly shared: unknown }>;

/** Returns whether a result has so many own entries that it is rendered in steps. */
function isCrowdedResult(result: BatchResult): result is FoundResult {
  return 'shared' in result && isCrowded(result.shared);
}

/** Renders a piece: a crowded port in steps, others at once. */
function partOf(
  results: readonly BatchResult[],
  renderCrowded: (result: FoundResult) => Steps<ByteText>,
  render: (result: BatchResult) => ByteText,
  separator: string,
): ByteText | Steps<ByteText> {
  const [first] = results;
  if (first !== undefined && isCrowdedResult(first)) return renderCrowded(first);
  return joinBytes(results.map(render), separator);
}

function* crowdedJson({ query, number, shared }: FoundResult): Steps<ByteText> {
  return REPORT.fill(encode(JSON.stringify(query)), encode(yield* crowdedPortJson({ number, shared })));
}

function* crowdedCsv(result: FoundResult): Steps<ByteText> {
  const csv = yield* crowdedPortCsv(foundLine(result));
  return encode(csv.slice(PORTS_CSV_HEADER.length));
}

function toJson(result: BatchResult): ByteText {
  const query = encode(JSON.stringify(result.query));
  if ('shared' in result) return REPORT.fill(query, portJson(result.number, portTemplate(result.shared)));
  return ERROR.fill(query, encode(JSON.stringify(faultProblem(result.fault))));
}

const ERROR = new ByteTemplate(['{"query":', ',"error":', '}'].map(encode), [0, 1]);
const REPORT = new ByteTemplate(['{"query":', ',"report":', '}'].map(encode), [0, 1]);

function toLine(result: BatchResult): PortLine {
  return 'shared' in result ? foundLine(result) : { query: queryText(result), error: result.fault.detail };
}

function foundLine(result: FoundResult): ReportLine {
  return { ...result, query: queryText(result) };
}

function queryText({ query }: BatchResult): string {
  return typeof query === 'string' ? query : JSON.stringify(query);
}

function toText(result: BatchResult, options: TextOptions): string {
  return 'shared' in result ? renderPort(result, options) : `${result.fault.detail}\n`;
}
