import { hash } from 'node:crypto';
import { type Request, type RequestHandler, Router } from 'express';
import { ORIGINS, type Origin } from '../registry/association.ts';
import type { ListName, Registry } from '../registry/registry.ts';
import { quoteInput, RegistryError } from '../registry/registry-error.ts';
import { readQuery } from '../rest/query.ts';
import {
  csvExport,
  type Export,
  logstashExport,
  ndjsonExport,
  nmapServicesExport,
  servicesExport,
} from '../text/exports.ts';
import { searchOf } from './form-query.ts';
import { allowMethods, READ_METHODS } from './methods.ts';
import { HttpError } from './problem.ts';
import { sendStream } from './stream.ts';

/** A file that another tool reads. */
interface ExportRoute {
  readonly path: string;
  readonly mediaType: string;
  /** The name under which a browser saves it. */
  readonly fileName: string;
  readonly write: Export;
  /** False where the file is IANA's and takes no other rows. */
  readonly takesOrigins: boolean;
}

/** The one file of whole reports; the others hold the names of their origins and nothing else. */
const REPORTS = '/export/ndjson';
const NAMES: readonly ListName[] = ['assignments', 'associations'];

/** Every export. */
export const EXPORTS: readonly ExportRoute[] = [
  exportRoute('/export/services', 'text/plain', 'services', servicesExport),
  exportRoute('/export/nmap-services', 'text/plain', 'nmap-services', nmapServicesExport),
  exportRoute('/export/csv', 'text/csv', 'service-names-port-numbers.csv', csvExport, false),
  exportRoute(REPORTS, 'application/x-ndjson', 'ports.ndjson', ndjsonExport),
  exportRoute('/export/logstash', 'application/yaml', 'ports.yml', logstashExport),
];

function exportRoute(
  path: string,
  mediaType: string,
  fileName: string,
  write: Export,
  takesOrigins = true,
): ExportRoute {
  return { path, mediaType, fileName, write, takesOrigins };
}

/**
 * Answers the exports. They are sent as they are made, and are whole: all of one comes from one state of the data.
 *
 * @param registry - Where the rows come from.
 */
export function exportRouter(registry: Registry): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const route of EXPORTS) router.all(route.path, allowMethods(READ_METHODS), answer(registry, route));
  return router;
}

function answer(registry: Registry, route: ExportRoute): RequestHandler {
  return async (request, response) => {
    const query = readQuery(searchOf(request.originalUrl), route.takesOrigins ? ['origin'] : []);
    const origins = readOrigins(query.get('origin') ?? 'iana');
    expectMediaType(request, route.mediaType);
    const snapshot = registry.snapshot();
    try {
      response
        .set('Cache-Control', 'no-cache')
        .set('ETag', validator(snapshot, route, origins))
        .vary('Accept')
        .attachment(route.fileName)
        .type(route.mediaType);
      if (request.fresh) response.status(304).end();
      else if (request.method === 'HEAD') response.end();
      else await sendStream(response, route.mediaType, route.write(snapshot, origins));
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
 * A file is made of loaded lists, own entries and the ephemeral ranges, of which the team may set some, and of nothing
 * else: they stand for its content. In reports all of them are, and the time of import; in the others the names of the
 * origins asked for.
 */
function validator(registry: Registry, route: ExportRoute, origins: readonly Origin[]): string {
  const lists = registry.info().origins.filter(({ list, origin }) => NAMES.includes(list) && origins.includes(origin));
  const content =
    route.path === REPORTS
      ? [registry.info().origins, registry.ephemeralRanges()]
      : lists.map(({ list, sha256 }) => [list, sha256]);
  const own = route.path === REPORTS || origins.includes('own') ? registry.ownState() : '';
  const text = JSON.stringify([route.path, origins, content, own]);
  return `W/"${hash('sha256', text, 'base64url').slice(0, 27)}"`;
}

function readOrigins(text: string): Origin[] {
  return text.split(',').map((word) => {
    const origin = ORIGINS.find((known) => known === word.trim().toLowerCase());
    if (origin !== undefined) return origin;
    throw new RegistryError(
      'invalid_argument',
      `Cannot parse origin ${quoteInput(word)}: expected ${ORIGINS.join(', ')}, with commas between`,
      { parameter: 'origin' },
    );
  });
}
