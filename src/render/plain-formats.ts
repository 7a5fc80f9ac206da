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

/** How each kind of answer is written in one form; a list of ports is written in parts. */
type Renderers = { readonly [Kind in Exclude<keyof Answers, 'ports'>]: (answer: Answers[Kind]) => string };

const TEXT: Renderers = {
  port: writePort,
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

type PlainFormat = (typeof PLAIN_FORMATS)[number];

/** What a list of ports is written of: what stands before, between and behind its parts, and how a part is written. */
interface PortListForm {
  readonly before: (list: Omit<Answers['ports'], 'results'>) => string;
  readonly between: string;
  readonly behind: string;
  readonly part: (results: readonly PortAnswer[]) => string;
}

const PORT_LISTS: Readonly<Record<PlainFormat, PortListForm>> = {
  json: {
    before: (list) => `${JSON.stringify(list).slice(0, -1)},"results":[`,
    between: ',',
    behind: ']}',
    part: portsJson,
  },
  text: { before: () => '', between: '\n', behind: '', part: (results) => results.map(writePort).join('\n') },
  csv: {
    before: () => PORTS_CSV_HEADER,
    between: '',
    behind: '',
    part: (results) => portsCsvLines(results.map(toLine)),
  },
};

/** The most ports of a list that are written in one step: they take up to 6 ms. */
const PART = 64;

function* piecesOf(format: PlainFormat, { results, ...list }: Answers['ports']): Generator<string> {
  const { before, between, behind, part } = PORT_LISTS[format];
  yield before(list);
  for (let first = 0; first < results.length; first += PART) {
    yield (first === 0 ? '' : between) + part(results.slice(first, first + PART));
  }
  yield behind;
}

const WRITERS: Readonly<Record<PlainFormat, Renderers>> = { json: JSON_BODIES, text: TEXT, csv: CSV };

/**
 * Writes an answer in one of the forms that programs and terminals read.
 *
 * @param format - The form.
 * @param kind - The kind of resource.
 * @param answer - The resource.
 * @param run - Runs the steps: one for each 64 ports of a list, one for anything else.
 */
export async function renderPlain<Kind extends keyof Answers>(
  format: PlainFormat,
  kind: Kind,
  answer: Answers[Kind],
  run: RunStep,
): Promise<string> {
  let text = '';
  if (kind === 'ports') {
    const pieces = piecesOf(format, answer as Answers['ports']);
    const next = () => pieces.next();
    for (let piece = await run(next); piece.done !== true; piece = await run(next)) text += piece.value;
  } else {
    const writer = WRITERS[format][kind as Exclude<Kind, 'ports'>] as (answer: Answers[Kind]) => string;
    text = await run(() => writer(answer));
  }
  // An empty page of text is an empty line: every text ends in one.
  return text || '\n';
}
