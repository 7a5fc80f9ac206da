import { ORIGINS, type Origin } from '../registry/rows/association.ts';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import {
  csvExport,
  type Export,
  logstashExport,
  ndjsonExport,
  nmapServicesExport,
  servicesExport,
} from '../text/exports.ts';
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.ts';

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

/**
 * Parses the origins of an export's rows.
 *
 * @param text - Origins, separated by commas.
 * @throws {RegistryError} `invalid_argument`
 */
export function parseOrigins(text: string): Origin[] {
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
