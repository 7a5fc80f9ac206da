import { VERDICTS, type Verdict } from '../../registry/advice/suitability.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { runAtOnce } from '../../registry/values/run-step.ts';
import { EXPORT_LISTS, EXPORTS, exportParameters, formOf, parseExportQuery } from '../../render/export-files.ts';
import { hasPlainFormat, type PLAIN_FORMATS, renderText } from '../../render/plain-formats.ts';
import { parseTextOptions } from '../../render/text-options.ts';
import { parseQuery } from '../../rest/query.ts';
import type { Answers } from '../../rest/route.ts';
import { ROUTES } from '../../rest/routes.ts';
import { EXIT } from '../terminal/exit.ts';
import { print, printPieces } from '../terminal/print.ts';
import { EXPORT, fetchJson, fetchPieces, fetchText, parseServerJson, type RemoteServer } from './fetch-from-server.ts';
import type { LocalSource } from './local-source.ts';
import { openLocalRegistry } from './open-local-registry.ts';

/** A request for a REST resource. */
export interface ResourceRequest {
  readonly kind: keyof Answers;
  /** The path, percent-encoded. */
  readonly path: string;
  /** The path parameters, decoded. */
  readonly parts: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  /** The mildest verdict on a port that makes the exit code 1; `avoid` by default. */
  readonly failOn?: Verdict;
}

/** The format in which a response is printed. */
export type Format = (typeof PLAIN_FORMATS)[number];

/** The source of an answer: a server, or the local database. */
export type AnswerSource = RemoteServer | LocalSource;

/**
 * Prints a REST resource, byte for byte as the server sends it. Sets the exit code: 1 when nothing was found, when the verdict
 * on a port is `failOn` or worse, and when own entries have a conflict to avoid.
 *
 * @param source - Where the answer comes from.
 * @param request - The request.
 * @param format - The output format.
 * @throws {RegistryError} The error of an invalid request; `unavailable` when there is no answer.
 */
export async function printResource(source: AnswerSource, request: ResourceRequest, format: Format): Promise<void> {
  if (!hasPlainFormat(request.kind, format)) {
    const message = `Cannot answer in the format ${format}: expected it for ports, not for ${request.path}`;
    throw new RegistryError('invalid_argument', message, { parameter: 'format' });
  }
  const { body, content } =
    'server' in source ? await queryServer(source, request, format) : await queryDatabase(source, request, format);
  process.exitCode = exitCodeOf(source, request, content);
  print(body, format);
}

/**
 * Prints an export.
 *
 * @param source - Where the answer comes from.
 * @param format - The last segment of its path.
 * @param query - Its query parameters.
 * @throws {RegistryError} As `printResource`.
 */
export async function exportFile(source: AnswerSource, format: string, query: URLSearchParams): Promise<void> {
  const route = EXPORTS.find(({ path }) => path === `/export/${format}`);
  if (route === undefined) throw new Error(`unknown export ${format}`);
  const parsed = parseQuery(query.toString(), exportParameters(route), EXPORT_LISTS);
  const asked = parseExportQuery(route, parsed);
  const { mediaType, write } = formOf(route, parsed);
  if ('server' in source) {
    await printPieces(await fetchPieces(source, `${route.path}${queryString(query)}`, mediaType, EXPORT));
    return;
  }
  const registry = await openLocalRegistry(source);
  const snapshot = registry.snapshot();
  try {
    await printPieces(write(snapshot, asked, runAtOnce));
  } finally {
    snapshot.close();
    registry.close();
  }
}

interface Answer {
  readonly body: string;
  /** The answer as JSON has it. */
  readonly content: unknown;
}

async function queryDatabase(source: LocalSource, request: ResourceRequest, format: Format): Promise<Answer> {
  const { kind, path, parts } = request;
  const routes = ROUTES.filter((known) => known.kind === kind);
  const route = routes.find((known) => known.path === path) ?? routes[0];
  if (route === undefined) throw new Error(`no route gives ${kind}`);
  const query = parseQuery(request.query.toString(), [...route.parameters, 'wide']);
  const options = parseTextOptions(query);
  const registry = await openLocalRegistry(source);
  try {
    const content = await route.answer(registry, { path, parts, query }, runAtOnce);
    return { body: await renderText(format, kind, content as never, options, runAtOnce), content };
  } finally {
    registry.close();
  }
}

/** Queries a server. A resource that may be empty is also fetched as JSON, as text and CSV do not show whether it is. */
async function queryServer(
  source: RemoteServer,
  { kind, path, query }: ResourceRequest,
  format: Format,
): Promise<Answer> {
  const address = `${path}${queryString(query)}`;
  const body = await fetchText(
    source,
    address,
    { json: 'application/json', text: 'text/plain', csv: 'text/csv', tsv: 'text/tab-separated-values' }[format],
  );
  if (format === 'json') return { body, content: parseServerJson(source, body) };
  if (!CAN_BE_EMPTY.includes(kind)) return { body, content: null };
  return { body, content: await fetchJson(source, address) };
}

const CAN_BE_EMPTY: readonly (keyof Answers)[] = [
  'search',
  'suggestions',
  'suitability',
  'changes',
  'associations',
  'allowed-ports',
  'due',
  'conflicts',
];

function exitCodeOf(source: AnswerSource, { kind, failOn = 'avoid' }: ResourceRequest, content: unknown): number {
  const { count, verdict, results } = (content ?? {}) as Readonly<Record<string, unknown>>;
  const unreadable = (expected: string): RegistryError => {
    const place = 'server' in source ? source.server : source.database;
    return new RegistryError('unavailable', `Cannot read the answer of ${place}: expected ${expected}`);
  };
  if (kind === 'conflicts') {
    if (!Array.isArray(results)) throw unreadable('a list of conflicts');
    // The most severe come first.
    return results[0]?.severity === 'avoid' ? EXIT.failed : EXIT.done;
  }
  if (kind !== 'suitability') return count === 0 ? EXIT.failed : EXIT.done;
  const severity = VERDICTS.indexOf(verdict as Verdict);
  if (severity >= 0) return severity >= VERDICTS.indexOf(failOn) ? EXIT.failed : EXIT.done;
  throw unreadable(`a verdict, one of ${VERDICTS.join(', ')}`);
}

function queryString(query: URLSearchParams): string {
  return query.size === 0 ? '' : `?${query}`;
}
