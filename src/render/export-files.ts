import { parseOrigins } from '../registry/report/preferred-origins.ts';
import type { Origin } from '../registry/rows/association.ts';
import type { Query } from '../rest/query.ts';
import {
  csvExport,
  type Export,
  type ExportedNames,
  logstashExport,
  ndjsonExport,
  nmapServicesExport,
  servicesExport,
} from '../text/exports.ts';
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';
import { parsePreferred } from './text-options.ts';

/** A route of a file for another tool. */
export interface ExportRoute {
  readonly path: string;
  readonly mediaType: string;
  /** The file name for browsers. */
  readonly fileName: string;
  readonly write: Export;
  /** False for IANA's own format, which has only official rows. */
  readonly takesOrigins: boolean;
}

/** The path of the one export with whole reports; the others have only names. */
export const REPORTS = '/export/ndjson';

const FILES: Readonly<Record<ExportFormat, Omit<ExportRoute, 'path'>>> = {
  services: file('text/plain', 'services', servicesExport),
  'nmap-services': file('text/plain', 'nmap-services', nmapServicesExport),
  csv: file('text/csv', 'service-names-port-numbers.csv', csvExport, false),
  ndjson: file('application/x-ndjson', 'ports.ndjson', ndjsonExport),
  logstash: file('application/yaml', 'ports.yml', logstashExport),
};

function file(mediaType: string, fileName: string, write: Export, takesOrigins = true): Omit<ExportRoute, 'path'> {
  return { mediaType, fileName, write, takesOrigins };
}

/** All exports. */
export const EXPORTS: readonly ExportRoute[] = EXPORT_FORMATS.map((format) => ({
  path: `/export/${format}`,
  ...FILES[format],
}));

/** The origins of an export without `?origin=`. */
function usualOrigins({ takesOrigins }: ExportRoute): readonly Origin[] {
  return takesOrigins ? ['iana', 'own'] : ['iana'];
}

/**
 * Lists the query parameters of an export.
 *
 * @param route - The export.
 */
export function exportParameters({ takesOrigins }: ExportRoute): readonly string[] {
  return takesOrigins ? ['origin', 'prefer'] : [];
}

/**
 * Parses the query parameters of an export.
 *
 * @param route - The export.
 * @param query - The parameters.
 * @throws {RegistryError} `invalid_argument`
 */
export function parseExportQuery(route: ExportRoute, query: Query): ExportedNames {
  const origin = query.get('origin');
  return {
    origins: origin === undefined ? usualOrigins(route) : parseOrigins(origin, 'origin'),
    preferred: parsePreferred(query),
  };
}
