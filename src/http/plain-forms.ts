import { portReport } from '../registry/port-report.ts';
import { JSON_BODIES } from '../rest/json.ts';
import type { Answers, PortAnswer } from '../rest/route.ts';
import { suggestionsCsv, suitabilityCsv } from '../text/advice-csv.ts';
import { suggestionsText, suitabilityText } from '../text/advice-text.ts';
import {
  auditCsv,
  ephemeralRangesCsv,
  PORTS_CSV_HEADER,
  type PortLine,
  poolsCsv,
  portsCsvLines,
  rangesCsv,
  registryCsv,
  rowsCsv,
  searchCsv,
} from '../text/csv.ts';
import { changesCsv, changesPageText, changesText, snapshotsCsv, snapshotsText } from '../text/history.ts';
import { ephemeralRangesText, portText, rangesText, registryText } from '../text/port-text.ts';
import { assignmentsText, associationsText, auditText, poolsText, searchText, serviceText } from '../text/rows-text.ts';

/** How each kind of answer is written in one form. */
type Renderers = { readonly [Kind in keyof Answers]: (answer: Answers[Kind]) => string };

const TEXT: Renderers = {
  port: writePort,
  ports: ({ results }) => results.map(writePort).join('\n'),
  service: (service) => serviceText(service) + changesText(service.retired),
  suitability: suitabilityText,
  suggestions: suggestionsText,
  ranges: ({ results }) => rangesText(results),
  'ephemeral-ranges': ({ results }) => ephemeralRangesText(results),
  registry: registryText,
  snapshots: ({ results }) => snapshotsText(results),
  changes: changesPageText,
  search: ({ results, suggestions, retired }) => searchText(results, suggestions) + changesText(retired),
  assignments: ({ results }) => assignmentsText(results),
  associations: ({ results }) => associationsText(results),
  association: (association) => associationsText([association]),
  audit: ({ results }) => auditText(results),
  pools: ({ results }) => poolsText(results),
  pool: (pool) => poolsText([pool]),
};

const CSV: Renderers = {
  port: (answer) => PORTS_CSV_HEADER + portsCsvLines([toLine(answer)]),
  ports: ({ results }) => PORTS_CSV_HEADER + portsCsvLines(results.map(toLine)),
  service: ({ assignments, associations }) => rowsCsv(assignments, associations),
  suitability: suitabilityCsv,
  suggestions: suggestionsCsv,
  ranges: ({ results }) => rangesCsv(results),
  'ephemeral-ranges': ({ results }) => ephemeralRangesCsv(results),
  registry: registryCsv,
  snapshots: ({ results }) => snapshotsCsv(results),
  changes: ({ results }) => changesCsv(results),
  search: ({ results }) => searchCsv(results),
  assignments: ({ results }) => rowsCsv(results, []),
  associations: ({ results }) => rowsCsv([], results),
  association: (association) => rowsCsv([], [association]),
  audit: ({ results }) => auditCsv(results),
  pools: ({ results }) => poolsCsv(results),
  pool: (pool) => poolsCsv([pool]),
};

/**
 * Writes the answer for one port as text.
 *
 * @param answer - The answer.
 */
export function writePort({ number, shared, protocol }: PortAnswer): string {
  return portText(portReport(number, shared), protocol);
}

function toLine({ number, shared, protocol }: PortAnswer): PortLine {
  return { query: protocol === null ? String(number) : `${number}/${protocol}`, number, shared };
}

/** The forms that need no page. */
export const PLAIN_FORMATS = ['json', 'text', 'csv'] as const;

/**
 * Writes an answer in one of the forms that programs and terminals read.
 *
 * @param format - The form.
 * @param kind - The kind of resource.
 * @param answer - The resource.
 */
export function renderPlain<Kind extends keyof Answers>(
  format: (typeof PLAIN_FORMATS)[number],
  kind: Kind,
  answer: Answers[Kind],
): string {
  if (format === 'json') return JSON_BODIES[kind](answer);
  // An empty page of text is an empty line: every text ends in one.
  return (format === 'text' ? TEXT : CSV)[kind](answer) || '\n';
}
