import { hash } from 'node:crypto';
import { type Request, type RequestHandler, Router } from 'express';
import type { Catalogue } from '../../registry/catalogue.ts';
import type { Registry } from '../../registry/registry.ts';
import type { ReportSource } from '../../registry/report-source.ts';
import type { ListName } from '../../registry/rows/list-name.ts';
import { EXPORTS, type ExportRoute, exportParameters, parseExportQuery, REPORTS } from '../../render/export-files.ts';
import { parseQuery } from '../../rest/query.ts';
import type { ExportedNames } from '../../text/exports.ts';
import { searchOf } from '../message/form-query.ts';
import { allowMethods, READ_METHODS } from '../message/methods.ts';
import { HttpError } from '../message/problem.ts';
import type { HeldMemory } from '../work/held-memory.ts';
import { chargeCost, EXPORT_COST } from '../work/request-cost.ts';
import { workOf } from '../work/request-work.ts';
import { sendStream } from '../work/stream.ts';

/** The lists with the names of an origin. */
const NAMES: readonly ListName[] = ['assignments', 'associations'];

/** The lists that decide the order of names and add aliases, whatever the origins. */
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
    const asked = parseExportQuery(route, parseQuery(searchOf(request.originalUrl), exportParameters(route)));
    expectMediaType(request, route.mediaType);
    await chargeCost(response, EXPORT_COST);
    const snapshot = registry.snapshot();
    try {
      response
        .set('Cache-Control', 'no-cache')
        .set('ETag', validator(snapshot, route, asked))
        .vary('Accept')
        .attachment(route.fileName)
        .type(route.mediaType);
      if (request.fresh) response.status(304).end();
      else if (request.method === 'HEAD') response.end();
      else {
        const work = workOf(response, true);
        const pieces = route.write(snapshot, asked, (step) => work.run(step));
        await sendStream(response, route.mediaType, pieces, held);
      }
    } finally {
      snapshot.close();
    }
  };
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
function validator(registry: Catalogue & ReportSource, route: ExportRoute, asked: ExportedNames): string {
  const { origins } = asked;
  const isOfReports = route.path === REPORTS;
  const lists = registry
    .info()
    .origins.filter(
      ({ list, origin }) => isOfReports || ALWAYS.includes(list) || (NAMES.includes(list) && origins.includes(origin)),
    )
    // Without the time of the import: servers with equal data send equal ETags.
    .map(({ list, date, sha256 }) => [list, isOfReports ? date : null, sha256]);
  const content = isOfReports ? [lists, registry.ephemeralRanges()] : lists;
  const own = isOfReports || origins.includes('own') ? registry.ownEntriesFingerprint() : '';
  const text = JSON.stringify([route.path, asked, content, own]);
  return `W/"${hash('sha256', text, 'base64url').slice(0, 27)}"`;
}
