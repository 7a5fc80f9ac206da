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

/** A file that another tool reads. */
export interface ExportRoute {
  readonly path: string;
  readonly mediaType: string;
  /** The name under which a browser saves it. */
  readonly fileName: string;
  readonly write: Export;
  /** False where the file is IANA's and takes no other rows. */
  readonly takesOrigins: boolean;
}

/** The one file of whole reports; the others hold the names of their origins and nothing else. */
export const REPORTS = '/export/ndjson';

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
 * Reads whose rows a file is to hold.
 *
 * @param text - Origins with commas between.
 * @throws {RegistryError} `invalid_argument`
 */
export function readOrigins(text: string): Origin[] {
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
