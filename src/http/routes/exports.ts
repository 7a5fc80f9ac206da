import { hash } from 'node:crypto';
import { type Request, type RequestHandler, Router } from 'express';
import { findPool } from '../../registry/advice/pool.ts';
import type { Catalogue } from '../../registry/catalogue.ts';
import type { PortAdvice } from '../../registry/port-advice.ts';
import type { Registry } from '../../registry/registry.ts';
import type { ReportSource } from '../../registry/report-source.ts';
import type { ListName } from '../../registry/rows/list-name.ts';
import { type RunStep, runInSteps } from '../../registry/values/run-step.ts';
import {
  EXPORT_LISTS,
  EXPORTS,
  type ExportFile,
  type ExportRoute,
  exportParameters,
  parseExportQuery,
} from '../../render/export-files.ts';
import { OWN_EXPORT_FORMS } from '../../render/export-formats.ts';
import { parseQuery, type Query } from '../../rest/query.ts';
import type { ExportQuery } from '../../text/exports.ts';
import { searchOf } from '../message/form-query.ts';
import { allowMethods, READ_METHODS } from '../message/methods.ts';
import { negotiate } from '../message/negotiate.ts';
import { HttpError } from '../message/problem.ts';
import type { HeldMemory } from '../work/held-memory.ts';
import { chargeCost, EXPORT_COST } from '../work/request-cost.ts';
import { workOf } from '../work/request-work.ts';
import { sendStream } from '../work/stream.ts';

/** The lists with the names of an origin. */
const NAMES: readonly ListName[] = ['assignments', 'associations'];

/** The lists that decide the order of names and add aliases, for all origins. */
const ALWAYS: readonly ListName[] = ['other-names', 'prominence'];

/**
 * Serves the exports. An export is streamed, and all of it comes from one state of the data.
 *
 * @param registry - The registry with the rows.
 * @param held - The memory that is held for clients.
 */
export function exportRouter(registry: Pick<Registry, 'snapshot'>, held: HeldMemory): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of EXPORTS) router.all(route.path, allowMethods(READ_METHODS), handleExport(registry, route, held));
  return router;
}

function handleExport(registry: Pick<Registry, 'snapshot'>, route: ExportRoute, held: HeldMemory): RequestHandler {
  return async (request, response) => {
    const query = parseQuery(searchOf(request.originalUrl), exportParameters(route), EXPORT_LISTS);
    const asked = parseExportQuery(route, query);
    const file = chooseFile(request, route, query);
    await chargeCost(response, EXPORT_COST);
    const { run } = workOf(response, true);
    const snapshot = await run(() => registry.snapshot());
    try {
      response
        .set('Cache-Control', 'no-cache')
        .set('ETag', await validator(snapshot, route, asked, file, run))
        .vary('Accept')
        .attachment(file.fileName)
        .type(file.mediaType);
      if (request.fresh) response.status(304).end();
      else if (request.method === 'HEAD') response.end();
      else {
        const pieces = file.write(snapshot, asked, run);
        await sendStream(response, file.mediaType, pieces, held);
      }
    } finally {
      snapshot.close();
    }
  };
}

/** Chooses the form of an export by `?format=`, else by `Accept`. */
function chooseFile(request: Request, route: ExportRoute, query: Query): ExportFile {
  if (route.forms !== null) return route.forms[negotiate(request, OWN_EXPORT_FORMS, query.get('format'))];
  expectMediaType(request, route.mediaType);
  return route;
}

function expectMediaType(request: Request, mediaType: string): void {
  if (!request.accepts(mediaType)) {
    throw new HttpError(406, `Cannot answer in a media type that the client accepts: expected ${mediaType}`);
  }
}

/**
 * Computes the ETag of a file from its inputs: loaded lists, own entries and ephemeral ranges. Reports contain all of them;
 * other files contain the requested origins only.
 */
async function validator(
  registry: Catalogue & PortAdvice & ReportSource,
  { path, content: kind }: ExportRoute,
  asked: ExportQuery,
  { mediaType }: ExportFile,
  run: RunStep,
): Promise<string> {
  const { origins, filter } = asked;
  const isOfReports = kind === 'reports';
  const lists = registry
    .info()
    .origins.filter(
      ({ list, origin }) => isOfReports || ALWAYS.includes(list) || (NAMES.includes(list) && origins.includes(origin)),
    )
    // Without the time of the import: servers with equal data send equal ETags.
    .map(({ list, date, sha256 }) => [list, isOfReports ? date : null, sha256]);
  const content = isOfReports ? [lists, registry.ephemeralRanges()] : lists;
  const pool =
    filter.pool === null ? null : findPool(filter.pool, registry.pools(), 'invalid_argument', { parameter: 'pool' });
  const own = isOfReports || origins.includes('own') ? await runInSteps(registry.ownEntriesFingerprint(), run) : '';
  const text = JSON.stringify([path, mediaType, asked, content, own, pool]);
  return `W/"${hash('sha256', text, 'base64url').slice(0, 27)}"`;
}
