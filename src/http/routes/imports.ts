import { type Request, type RequestHandler, Router } from 'express';
import {
  type ImportAnswer,
  type ImportOptions,
  LARGEST_IMPORT,
  toSkippedLines,
} from '../../registry/own/import-report.ts';
import type { OwnRow } from '../../registry/own/own-import.ts';
import type { Author } from '../../registry/own/token.ts';
import type { OwnRegistry } from '../../registry/own-registry.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { parseFlag, parseQuery, type Query } from '../../rest/query.ts';
import { IMPORT_PARAMETERS, IMPORT_PATH, parseImportOptions } from '../../rest/write/imports.ts';
import { MEDIA_TYPES, OWN_FORMATS, type OwnFormat, SERVICES_TYPE } from '../../sources/own/own-formats.ts';
import { searchOf } from '../message/form-query.ts';
import { IDEMPOTENT_REPLAYED, readIdempotency } from '../message/idempotency-key.ts';
import { allowMethods } from '../message/methods.ts';
import { negotiate } from '../message/negotiate.ts';
import { HttpError } from '../message/problem.ts';
import { requireScope } from '../middleware/authorization.ts';
import { countWrites } from '../middleware/counting.ts';
import { sendPosition } from '../middleware/position.ts';
import { readBytes } from '../work/body.ts';
import { endLargeAnswer } from '../work/large-answers.ts';
import { chargeCost, costOfPorts } from '../work/request-cost.ts';
import { type RequestWork, workOf } from '../work/request-work.ts';
import { encodingOf } from './body-encoding.ts';
import type { WriteParts } from './writes.ts';

/** The media types of the formats. */
const TYPES = [...OWN_FORMATS.map((format) => MEDIA_TYPES[format]), SERVICES_TYPE];

/** The memory per byte of a body besides the body itself: the text, and the rows as objects. */
const HELD_PER_BYTE = 8;

/**
 * Handles `POST /associations/import`: a file of own entries in one request and one transaction.
 *
 * @param parts - The registries, the check of tokens, and the limits.
 */
export function importRouter(parts: WriteParts): Router {
  const { authorize, counts, bodyBytes, held } = parts;
  const router = Router({ caseSensitive: true, strict: true });
  router.all(
    IMPORT_PATH,
    allowMethods(['POST']),
    countWrites(counts),
    requireScope(authorize, 'write'),
    expectFile,
    readBytes(bodyBytes, held),
    handleImport(parts),
  );
  return router;
}

const expectFile: RequestHandler = (request, _response, next) => {
  if (request.is(TYPES)) next();
  else throw new HttpError(415, `Cannot read the body: expected Content-Type ${TYPES.join(', ')}`);
};

function handleImport({ own, held, registry }: WriteParts): RequestHandler {
  return async (request, response) => {
    const query = parseQuery(searchOf(request.originalUrl), IMPORT_PARAMETERS);
    negotiate(request, ['json'], undefined);
    const options = parseImportOptions(query);
    const bytes: Buffer = request.body;
    const work = workOf(response);
    await work.startLarge();
    held.hold(response, bytes.length * HELD_PER_BYTE);
    const { rows, skipped } = await readFile(bytes, request, query, work);
    // The write may take seconds in its own thread, without any work here.
    endLargeAnswer(response);
    await chargeCost(response, costOfPorts(rows.length));
    const by = { ...(response.locals.author as Author), idempotency: readIdempotency(request) };
    const write = () => importOnce(own, rows, options, by);
    const { report, isReplayed } = await withoutIdleTimeout(request, write);
    if (isReplayed) response.set(IDEMPOTENT_REPLAYED, 'true');
    sendPosition(registry, response);
    const answer: ImportAnswer = { ...report, skipped: toSkippedLines(skipped) };
    response.set('Cache-Control', 'no-store').vary('Accept').type('application/json').end(JSON.stringify(answer));
  };
}

/** Keeps the connection open during a write: it is idle until the answer, which may take longer than the server waits. */
async function withoutIdleTimeout<T>({ socket }: Request, write: () => Promise<T>): Promise<T> {
  const { timeout = 0 } = socket;
  socket.setTimeout(0);
  try {
    return await write();
  } finally {
    socket.setTimeout(timeout);
  }
}

/** Imports rows. A request that its token has sent before with the same key gets the same report again. */
async function importOnce(own: OwnRegistry, rows: readonly OwnRow[], options: ImportOptions, by: Author) {
  try {
    return { report: await own.importRows(rows, options, by), isReplayed: false };
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'key_used') throw error;
    return { report: await own.replayImport(rows, options, by), isReplayed: true };
  }
}

async function readFile(bytes: Buffer, request: Request, query: Query, { run }: RequestWork) {
  // Imported on demand, as a server may never need it: the parser of CSV is large.
  const { parseColumnMap } = await import('../../sources/own/columns.ts');
  const { parseOwnFile } = await import('../../sources/own/own-file.ts');
  const map = query.get('map');
  const options = {
    format: formatOf(request),
    encoding: encodingOf(request),
    map: parseColumnMap(map === undefined ? [] : [map]),
    ignoreUnknown: parseFlag(query, 'ignoreUnknown'),
    mostRows: LARGEST_IMPORT,
  };
  return parseOwnFile({ name: 'the body', bytes }, options, run);
}

function formatOf(request: Request): OwnFormat {
  return OWN_FORMATS.find((format) => request.is(MEDIA_TYPES[format])) ?? 'services';
}
