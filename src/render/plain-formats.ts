import { type ByteText, decode, encode } from '../byte-text.ts';
import { isCrowded, portReport } from '../registry/report/port-report.ts';
import type { RunStep } from '../registry/values/run-step.ts';
import { JSON_BODIES, portsJson } from '../rest/json.ts';
import type { Answers, PortAnswer } from '../rest/route.ts';
import { suggestionsCsv, suggestionsText, suitabilityCsv, suitabilityText } from '../text/advice.ts';
import { auditCsv, auditEventsCsv, auditEventsText, auditText, ownChangesCsv, ownChangesText } from '../text/audit.ts';
import { conflictsCsv, conflictsText } from '../text/conflicts.ts';
import {
  crowdedPortCsv,
  ephemeralRangesCsv,
  PORTS_CSV_HEADER,
  poolsCsv,
  portCsvLines,
  portsCsvLines,
  type ReportLine,
  rangesCsv,
  registryCsv,
  rowsCsv,
  searchCsv,
} from '../text/csv.ts';
import { driftCsv, driftText } from '../text/drift.ts';
import { changesCsv, changesPageText, snapshotsCsv, snapshotsText } from '../text/history.ts';
import { observationsCsv, observationsText } from '../text/observations.ts';
import { allowedPortsCsv, allowedPortsText, dueCsv, dueText } from '../text/own-reports.ts';
import { ephemeralRangesText, portText, rangesText, registryText } from '../text/port-text.ts';
import { portsTsv } from '../text/port-tsv.ts';
import { assignmentsText, associationsText, poolsText, searchText, serviceText } from '../text/rows-text.ts';
import type { TextOptions } from '../text/text-options.ts';
import { finishRendering, type Rendering } from './rendering.ts';

/** The renderers of one format by kind of answer; a list of ports is rendered in chunks of bytes. */
type Renderers = {
  readonly [Kind in Exclude<keyof Answers, 'ports'>]: (answer: Answers[Kind], options: TextOptions) => Rendering;
};

const TEXT: Renderers = {
  port: renderPort,
  service: serviceText,
  suitability: suitabilityText,
  suggestions: suggestionsText,
  ranges: ({ results }, options) => rangesText(results, options),
  'ephemeral-ranges': ({ results }, options) => ephemeralRangesText(results, options),
  registry: registryText,
  snapshots: ({ results }, options) => snapshotsText(results, options),
  changes: changesPageText,
  search: searchText,
  assignments: ({ results }, options) => assignmentsText(results, options),
  associations: ({ results }, options) => associationsText(results, options),
  association: (association, options) => associationsText([association], options),
  'allowed-ports': ({ results }) => allowedPortsText(results),
  due: ({ results }) => dueText(results),
  audit: ({ results }) => auditText(results),
  'audit-events': ({ results }) => auditEventsText(results),
  conflicts: ({ results }) => conflictsText(results),
  pools: ({ results }, options) => poolsText(results, options),
  pool: (pool, options) => poolsText([pool], options),
  observations: ({ results }, options) => observationsText(results, options),
  drift: ({ results }) => driftText(results),
  'own-changes': ({ results }) => ownChangesText(results),
};

const CSV: Renderers = {
  port: (answer) =>
    isCrowded(answer.shared) ? crowdedPortCsv(toLine(answer)) : PORTS_CSV_HEADER + decode(portCsvLines(toLine(answer))),
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
  'allowed-ports': ({ results }) => allowedPortsCsv(results),
  due: ({ results }) => dueCsv(results),
  audit: ({ results }) => auditCsv(results),
  'audit-events': ({ results }) => auditEventsCsv(results),
  conflicts: ({ results }) => conflictsCsv(results),
  pools: ({ results }) => poolsCsv(results),
  pool: (pool) => poolsCsv([pool]),
  observations: ({ results }) => observationsCsv(results),
  drift: ({ results }) => driftCsv(results),
  'own-changes': ({ results }) => ownChangesCsv(results),
};

/**
 * Renders the report of one port as text.
 *
 * @param answer - The answer.
 * @param options - The options of the text.
 */
export function renderPort({ number, shared, protocol, observed }: PortAnswer, options: TextOptions): string {
  return portText(portReport(number, shared, observed), protocol, options);
}

function toLine(answer: PortAnswer): ReportLine {
  const { number, protocol } = answer;
  return { query: protocol === null ? String(number) : `${number}/${protocol}`, ...answer };
}

/** The formats other than pages and feeds. Only ports have `tsv`: one line for each. */
export const PLAIN_FORMATS = ['json', 'text', 'csv', 'tsv'] as const;

type PlainFormat = (typeof PLAIN_FORMATS)[number];

/** The renderer of a list of ports in one format, in chunks. */
interface PortListRenderer {
  readonly header: (list: Omit<Answers['ports'], 'results'>) => string;
  readonly separator: string;
  readonly footer: string;
  readonly chunk: (results: readonly PortAnswer[], options: TextOptions) => ByteText;
}

const PORT_LISTS: Readonly<Record<PlainFormat, PortListRenderer>> = {
  json: {
    header: (list) => `${JSON.stringify(list).slice(0, -1)},"results":[`,
    separator: ',',
    footer: ']}',
    chunk: portsJson,
  },
  text: {
    header: () => '',
    separator: '\n',
    footer: '',
    chunk: (results, options) => encode(results.map((answer) => renderPort(answer, options)).join('\n')),
  },
  csv: {
    header: () => PORTS_CSV_HEADER,
    separator: '',
    footer: '',
    chunk: (results) => portsCsvLines(results.map(toLine)),
  },
  tsv: {
    header: () => '',
    separator: '',
    footer: '',
    chunk: (results, { preferred }) => encode(portsTsv(results.map(toLine), preferred)),
  },
};

/**
 * The most ports of a list that are rendered in one step, and the rows after which it ends. V8 keeps strings of more than 128 KB apart
 * and frees them late: 16 ports have 66 KB of JSON.
 */
const CHUNK_PORTS = 16;
const CHUNK_ROWS = 512;

function* chunksOf(
  format: PlainFormat,
  { results, ...list }: Answers['ports'],
  options: TextOptions,
): Generator<Buffer> {
  const { header, separator, footer, chunk } = PORT_LISTS[format];
  yield Buffer.from(header(list));
  for (let first = 0, next = 0; first < results.length; first = next) {
    for (let rows = 0; rows < CHUNK_ROWS && next < Math.min(results.length, first + CHUNK_PORTS); next++)
      rows += countRows(results[next] as PortAnswer);
    yield Buffer.from((first === 0 ? '' : separator) + chunk(results.slice(first, next), options), 'latin1');
  }
  yield Buffer.from(footer);
}

function countRows({ shared: { assignments, associations } }: PortAnswer): number {
  return assignments.length + associations.length;
}

const TSV: Partial<Renderers> = { port: (answer, { preferred }) => portsTsv([toLine(answer)], preferred) };

const RENDERERS: Readonly<Record<PlainFormat, Partial<Renderers>>> = {
  json: JSON_BODIES,
  text: TEXT,
  csv: CSV,
  tsv: TSV,
};

/**
 * Returns whether a kind of resource has a format.
 *
 * @param kind - The kind of resource.
 * @param format - The format.
 */
export function hasPlainFormat(kind: keyof Answers, format: PlainFormat): boolean {
  return kind === 'ports' || RENDERERS[format][kind] !== undefined;
}

/**
 * Renders an answer as JSON, text, CSV or TSV.
 *
 * @param format - A format of the resource.
 * @param kind - The kind of resource.
 * @param answer - The resource.
 * @param options - The options of texts.
 * @param run - Runs the steps.
 * @returns The text; that of a list of ports in pieces of UTF-8.
 */
export async function renderPlain<Kind extends keyof Answers>(
  format: PlainFormat,
  kind: Kind,
  answer: Answers[Kind],
  options: TextOptions,
  run: RunStep,
): Promise<string | readonly Buffer[]> {
  // TSV has one line for each port, and no other.
  const empty = format === 'tsv' ? '' : EMPTY_TEXT;
  if (kind === 'ports') {
    const chunks = chunksOf(format, answer as Answers['ports'], options);
    const next = () => chunks.next();
    const pieces: Buffer[] = [];
    for (let chunk = await run(next); chunk.done !== true; chunk = await run(next)) pieces.push(chunk.value);
    return pieces.every(({ length }) => length === 0) ? empty : pieces;
  }
  const renderer = RENDERERS[format][kind as Exclude<Kind, 'ports'>] as (
    answer: Answers[Kind],
    options: TextOptions,
  ) => Rendering;
  return (await finishRendering(await run(() => renderer(answer, options)), run)) || empty;
}

/**
 * Renders an answer as `renderPlain` does, as one text.
 *
 * @param parts - The parameters of `renderPlain`.
 */
export async function renderText<Kind extends keyof Answers>(
  ...parts: Parameters<typeof renderPlain<Kind>>
): Promise<string> {
  const body = await renderPlain(...parts);
  return typeof body === 'string' ? body : Buffer.concat(body).toString();
}

/** An empty text is an empty line: every text ends in a line feed. */
const EMPTY_TEXT = '\n';
