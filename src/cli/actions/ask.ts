import { existsSync } from 'node:fs';
import type { Config } from '../../config/settings.ts';
import { quoteInput } from '../../registry/values/registry-error.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import { EXPORTS, readOrigins } from '../../render/export-files.ts';
import { type PLAIN_FORMATS, renderPlain } from '../../render/plain-formats.ts';
import { readQuery } from '../../rest/query.ts';
import type { Answers } from '../../rest/route.ts';
import { ROUTES } from '../../rest/routes.ts';
import { SqliteRegistry } from '../../sqlite/sqlite-registry.ts';
import { EXIT } from '../terminal/exit.ts';
import { print, printPieces } from '../terminal/print.ts';
import { askForPieces, askServer, askServerForJson, EXPORT, readJson, type Server } from './ask-server.ts';

/** A question as the REST face takes it. */
export interface Asked {
  readonly kind: keyof Answers;
  /** The path, encoded. */
  readonly path: string;
  /** The named parts of the path, decoded. */
  readonly parts: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
}

/** The form in which an answer is printed. */
export type Format = (typeof PLAIN_FORMATS)[number];

/** Where an answer comes from: a server, or the local database. */
export type Where = Server | Pick<Config, 'database' | 'ephemeralRanges'>;

/**
 * Asks a question and prints the answer, byte for byte what the REST face sends. The exit code is 1 when nothing was
 * found, and when a port should not be taken.
 *
 * @param where - Who is asked.
 * @param asked - The question.
 * @param form - The form of the answer.
 * @throws {RegistryError} What the question is refused for; `unavailable` when there is no answer.
 */
export async function ask(where: Where, asked: Asked, format: Format): Promise<void> {
  const { body, content } =
    'server' in where ? await askRemotely(where, asked, format) : await askLocally(where, asked, format);
  if (!isFound(content)) process.exitCode = EXIT.failed;
  print(body, format);
}

/**
 * Prints a file that other tools read.
 *
 * @param where - Who is asked.
 * @param format - Which file.
 * @param query - Whose rows, as the REST face takes it.
 * @throws {RegistryError} As `ask`.
 */
export async function exportFile(where: Where, format: string, query: URLSearchParams): Promise<void> {
  const route = EXPORTS.find(({ path }) => path === `/export/${format}`);
  if (route === undefined) throw new Error(`no export is called ${format}`);
  if ('server' in where) {
    await printPieces(await askForPieces(where, `${route.path}${search(query)}`, route.mediaType, EXPORT));
    return;
  }
  const origins = readOrigins(
    readQuery(query.toString(), route.takesOrigins ? ['origin'] : []).get('origin') ?? 'iana',
  );
  const registry = await openRegistry(where);
  const snapshot = registry.snapshot();
  try {
    await printPieces(route.write(snapshot, origins, async (step) => step()));
  } finally {
    snapshot.close();
    registry.close();
  }
}

interface Answer {
  readonly body: string;
  /** The answer itself, as in JSON. */
  readonly content: unknown;
}

async function askLocally(
  where: Pick<Config, 'database' | 'ephemeralRanges'>,
  asked: Asked,
  format: Format,
): Promise<Answer> {
  const { kind, path, parts } = asked;
  const routes = ROUTES.filter((known) => known.kind === kind);
  const route = routes.find((known) => known.path === path) ?? routes[0];
  if (route === undefined) throw new Error(`no route gives ${kind}`);
  const query = readQuery(asked.query.toString(), route.parameters);
  const registry = await openRegistry(where);
  try {
    const run: RunStep = async (step) => step();
    const content = await route.answer(registry, { path, parts, query }, run);
    return { body: await renderPlain(format, kind, content as never, run), content };
  } finally {
    registry.close();
  }
}

/** Where text or a table does not tell whether anything was found, the answer is asked for as JSON too. */
async function askRemotely(where: Server, { kind, path, query }: Asked, format: Format): Promise<Answer> {
  const address = `${path}${search(query)}`;
  const body = await askServer(
    where,
    address,
    { json: 'application/json', text: 'text/plain', csv: 'text/csv' }[format],
  );
  if (format === 'json') return { body, content: readJson(where, body) };
  if (!MAY_FIND_NOTHING.includes(kind)) return { body, content: null };
  return { body, content: await askServerForJson(where, address) };
}

const MAY_FIND_NOTHING: readonly (keyof Answers)[] = ['search', 'suggestions', 'suitability', 'changes'];

function isFound(content: unknown): boolean {
  const { count, verdict } = (content ?? {}) as { readonly count?: number; readonly verdict?: string };
  return count !== 0 && verdict !== 'avoid';
}

function search(query: URLSearchParams): string {
  return query.size === 0 ? '' : `?${query}`;
}

/**
 * Opens the local database. Whoever asks before anything was loaded is answered from the bundled data, which is loaded for
 * that.
 *
 * @param where - The settings that tell of it.
 * @throws {RegistryError} What preparing the database throws.
 */
export async function openRegistry({ database, ephemeralRanges }: Pick<Config, 'database' | 'ephemeralRanges'>) {
  if (!existsSync(database)) {
    const { prepareDatabase } = await import('./prepare.ts');
    console.error(`portolan: loading the bundled data into ${quoteInput(database)}`);
    await prepareDatabase(database);
  }
  return new SqliteRegistry(database, ephemeralRanges, false);
}
