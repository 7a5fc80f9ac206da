import { parseOrigins } from '../registry/report/preferred-origins.ts';
import { ANY_ASSOCIATION } from '../registry/search/search-result.ts';
import { parseWord, type Query } from '../rest/query.ts';
import { OWN_FILTERS, parseAssociationFilter, ROW_FILTERS } from '../rest/rows.ts';
import {
  csvExport,
  type Export,
  type ExportQuery,
  logstashExport,
  ndjsonExport,
  nmapServicesExport,
  servicesExport,
} from '../text/exports.ts';
import { nftablesExport, opnsenseAliasExport, pfExport, plainExport } from '../text/firewall-exports.ts';
import { ownCsvExport, ownJsonExport, ownNdjsonExport } from '../text/own-exports.ts';
import { EXPORT_FORMATS, type ExportFormat, OWN_EXPORT_FORMS } from './export-formats.ts';
import { parsePreferred } from './text-options.ts';

/** A file for another tool. */
export interface ExportFile {
  readonly mediaType: string;
  /** The file name for browsers. */
  readonly fileName: string;
  readonly write: Export;
}

/**
 * The content of an export: names of ports, whole reports, IANA's own format, which has only official rows, or own entries alone.
 */
type ExportContent = 'names' | 'reports' | 'official' | 'own';

/** A route of an export. */
export interface ExportRoute extends ExportFile {
  readonly path: string;
  readonly content: ExportContent;
  /** The files of a route with several forms; null for one form. */
  readonly forms: Readonly<Record<(typeof OWN_EXPORT_FORMS)[number], ExportFile>> | null;
}

const OWN_FORMS = {
  json: { mediaType: 'application/json', fileName: 'own.json', write: ownJsonExport },
  csv: { mediaType: 'text/csv', fileName: 'own.csv', write: ownCsvExport },
  ndjson: { mediaType: 'application/x-ndjson', fileName: 'own.ndjson', write: ownNdjsonExport },
} as const;

const FILES: Readonly<Record<ExportFormat, Omit<ExportRoute, 'path'>>> = {
  services: file('names', 'text/plain', 'services', servicesExport),
  'nmap-services': file('names', 'text/plain', 'nmap-services', nmapServicesExport),
  csv: file('official', 'text/csv', 'service-names-port-numbers.csv', csvExport),
  ndjson: file('reports', 'application/x-ndjson', 'ports.ndjson', ndjsonExport),
  logstash: file('names', 'application/yaml', 'ports.yml', logstashExport),
  nftables: file('own', 'text/plain', 'portolan.nft', nftablesExport),
  pf: file('own', 'text/plain', 'portolan.pf.conf', pfExport),
  'opnsense-alias': file('own', 'text/plain', 'ports.txt', opnsenseAliasExport),
  plain: file('own', 'text/plain', 'ports.txt', plainExport),
  own: { ...OWN_FORMS.json, content: 'own', forms: OWN_FORMS },
};

function file(content: ExportContent, mediaType: string, fileName: string, write: Export): Omit<ExportRoute, 'path'> {
  return { content, mediaType, fileName, write, forms: null };
}

/** All exports. */
export const EXPORTS: readonly ExportRoute[] = EXPORT_FORMATS.map((format) => ({
  path: `/export/${format}`,
  ...FILES[format],
}));

/** The query parameters of each content. The origin of own entries is no choice. */
const PARAMETERS: Readonly<Record<ExportContent, readonly string[]>> = {
  names: ['origin', 'prefer'],
  reports: ['origin', 'prefer'],
  official: [],
  own: ['category', ...OWN_FILTERS, ...ROW_FILTERS.filter((name) => name !== 'origin')],
};

/** The query parameters of exports that are lists: `origin` is one word on other routes. */
export const EXPORT_LISTS: readonly string[] = ['origin', 'prefer'];

/**
 * Lists the query parameters of an export.
 *
 * @param route - The export.
 */
export function exportParameters({ content, forms }: ExportRoute): readonly string[] {
  return [...PARAMETERS[content], ...(forms === null ? [] : ['format'])];
}

/**
 * Parses the query parameters of an export.
 *
 * @param route - The export.
 * @param query - The parameters.
 * @throws {RegistryError} `invalid_argument`
 */
export function parseExportQuery({ content }: ExportRoute, query: Query): ExportQuery {
  const origin = query.get('origin');
  const usual = content === 'official' ? 'iana' : content === 'own' ? 'own' : 'iana,own';
  return {
    origins: parseOrigins(origin ?? usual, 'origin'),
    preferred: parsePreferred(query),
    filter: { ...(content === 'own' ? parseAssociationFilter(query) : ANY_ASSOCIATION), origin: 'own' },
  };
}

/**
 * Returns the file of an export in the form that `format` names.
 *
 * @param route - The export.
 * @param query - The parameters.
 * @throws {RegistryError} `invalid_argument` for an unknown form.
 */
export function formOf(route: ExportRoute, query: Query): ExportFile {
  return route.forms === null ? route : route.forms[parseWord(query, 'format', OWN_EXPORT_FORMS) ?? 'json'];
}
