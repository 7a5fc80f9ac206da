import { portReport } from '../registry/report/port-report.ts';
import type { RunStep } from '../registry/values/run-step.ts';
import { JSON_BODIES, portsJson } from '../rest/json.ts';
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

/** The renderers of one format by kind of answer; a list of ports is rendered in chunks. */
type Renderers = { readonly [Kind in Exclude<keyof Answers, 'ports'>]: (answer: Answers[Kind]) => string };

const TEXT: Renderers = {
  port: renderPort,
  service: (service) => serviceText(service) + changesText(service.retired),
  suitability: suitabilityText,
  suggestions: suggestionsText,
  ranges: ({ results }) => rangesText(results),
  'ephemeral-ranges': ({ results }) => ephemeralRangesText(results),
  registry: registryText,
  snapshots: ({ results }) => snapshotsText(results),
  changes: changesPageText,
  search: (page) => searchText(page) + changesText(page.retired),
  assignments: ({ results }) => assignmentsText(results),
  associations: ({ results }) => associationsText(results),
  association: (association) => associationsText([association]),
  audit: ({ results }) => auditText(results),
  pools: ({ results }) => poolsText(results),
  pool: (pool) => poolsText([pool]),
};

const CSV: Renderers = {
  port: (answer) => PORTS_CSV_HEADER + portsCsvLines([toLine(answer)]),
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
 * Renders the report of one port as text.
 *
 * @param answer - The answer.
 */
export function renderPort({ number, shared, protocol }: PortAnswer): string {
  return portText(portReport(number, shared), protocol);
}

function toLine({ number, shared, protocol }: PortAnswer): PortLine {
  return { query: protocol === null ? String(number) : `${number}/${protocol}`, number, shared };
}

/** The formats other than pages and feeds. */
export const PLAIN_FORMATS = ['json', 'text', 'csv'] as const;

type PlainFormat = (typeof PLAIN_FORMATS)[number];

/** The renderer of a list of ports in one format, in chunks. */
interface PortListRenderer {
  readonly header: (list: Omit<Answers['ports'], 'results'>) => string;
  readonly separator: string;
  readonly footer: string;
  readonly chunk: (results: readonly PortAnswer[]) => string;
}

const PORT_LISTS: Readonly<Record<PlainFormat, PortListRenderer>> = {
  json: {
    header: (list) => `${JSON.stringify(list).slice(0, -1)},"results":[`,
    separator: ',',
    footer: ']}',
    chunk: portsJson,
  },
  text: { header: () => '', separator: '\n', footer: '', chunk: (results) => results.map(renderPort).join('\n') },
  csv: {
    header: () => PORTS_CSV_HEADER,
    separator: '',
    footer: '',
    chunk: (results) => portsCsvLines(results.map(toLine)),
  },
};

/** The most ports of a list that are rendered in one step: it takes up to 6 ms. */
const CHUNK_PORTS = 64;

function* chunksOf(format: PlainFormat, { results, ...list }: Answers['ports']): Generator<string> {
  const { header, separator, footer, chunk } = PORT_LISTS[format];
  yield header(list);
  for (let first = 0; first < results.length; first += CHUNK_PORTS) {
    yield (first === 0 ? '' : separator) + chunk(results.slice(first, first + CHUNK_PORTS));
  }
  yield footer;
}

const RENDERERS: Readonly<Record<PlainFormat, Renderers>> = { json: JSON_BODIES, text: TEXT, csv: CSV };

/**
 * Renders an answer as JSON, text or CSV.
 *
 * @param format - The format.
 * @param kind - The kind of resource.
 * @param answer - The resource.
 * @param run - Runs the steps: one for each 64 ports of a list, one for any other answer.
 */
export async function renderPlain<Kind extends keyof Answers>(
  format: PlainFormat,
  kind: Kind,
  answer: Answers[Kind],
  run: RunStep,
): Promise<string> {
  let text = '';
  if (kind === 'ports') {
    const chunks = chunksOf(format, answer as Answers['ports']);
    const next = () => chunks.next();
    for (let chunk = await run(next); chunk.done !== true; chunk = await run(next)) text += chunk.value;
  } else {
    const renderer = RENDERERS[format][kind as Exclude<Kind, 'ports'>] as (answer: Answers[Kind]) => string;
    text = await run(() => renderer(answer));
  }
  // An empty text becomes an empty line: every text ends in a line feed.
  return text || '\n';
}
