import { type ImportAnswer, toSkippedLines } from '../../../registry/own/import-report.ts';
import type { SyncScope } from '../../../registry/own/own-sync.ts';
import { COMMAND_LINE } from '../../../registry/own/token.ts';
import { RegistryError } from '../../../registry/values/registry-error.ts';
import { runAtOnce } from '../../../registry/values/run-step.ts';
import type { SourceFile } from '../../../sources/csv-table.ts';
import { openSource } from '../../../sources/open-source.ts';
import { parseColumnMap } from '../../../sources/own/columns.ts';
import { parseOwnFile } from '../../../sources/own/own-file.ts';
import { MEDIA_TYPES, type OwnFormat } from '../../../sources/own/own-formats.ts';
import type { Encoding } from '../../../sources/text-encoding.ts';
import { ask, canAsk } from '../../terminal/ask.ts';
import { EXIT } from '../../terminal/exit.ts';
import { postFile, type RemoteServer } from '../fetch-from-server.ts';
import type { LocalSource } from '../local-source.ts';
import { writeTo } from '../write-source.ts';
import { printSteps, printSummary } from './import-text.ts';

/** The server or the database whose own entries are changed. */
export type ImportTarget = RemoteServer | LocalSource;

/** How a file is read and imported. */
export interface ImportRequest {
  readonly format: OwnFormat;
  /** The encoding; null for UTF-8 or UTF-16. */
  readonly encoding: Encoding | null;
  /** The mappings of columns, such as `Team=owner`. */
  readonly map: readonly string[];
  readonly ignoreUnknown: boolean;
  /** The entries that the file replaces; null to delete none. */
  readonly scope: SyncScope | null;
}

/**
 * Imports own entries, and prints each entry that is added or changed.
 *
 * @param target - The server or the database.
 * @param place - A path, a web address, or `-` for standard input.
 * @param request - How the file is read.
 * @param isDryRun - Whether the import is only simulated.
 * @throws {RegistryError} As reading and importing; nothing is changed in this case.
 */
export async function importOwn(
  target: ImportTarget,
  place: string,
  request: ImportRequest,
  isDryRun: boolean,
): Promise<void> {
  await importFile(target, await openSource(place, process.stdin), request, isDryRun);
}

/**
 * Imports own entries from a file in memory, as `importOwn`.
 *
 * @param target - The server or the database.
 * @param file - The file.
 * @param request - How the file is read.
 * @param isDryRun - Whether the import is only simulated.
 * @throws {RegistryError} As `importOwn`.
 */
export async function importFile(
  target: ImportTarget,
  file: SourceFile,
  request: ImportRequest,
  isDryRun: boolean,
): Promise<void> {
  const answer = await send(target, file, request, isDryRun);
  printSteps(answer);
  printSummary(answer, file.name, request.scope);
}

/**
 * Makes the own entries of a scope equal to a file. Prints the difference, and asks on a terminal before it is written.
 *
 * @param target - The server or the database.
 * @param place - As for `importOwn`.
 * @param request - How the file is read, and the scope.
 * @param mode - `dry run` only prints the difference, `yes` does not ask.
 * @throws {RegistryError} As `importOwn`; `invalid_argument` with the parameter `yes` if nobody can be asked.
 */
export async function syncOwn(
  target: ImportTarget,
  place: string,
  request: ImportRequest,
  mode: 'dry run' | 'yes' | 'ask',
): Promise<void> {
  if (mode !== 'ask') return importOwn(target, place, request, mode === 'dry run');
  const file = await openSource(place, process.stdin);
  const difference = await send(target, file, request, true);
  printSteps(difference);
  const { unchanged, ...changes } = difference.counts;
  const isEqual = Object.values(changes).every((count) => count === 0);
  if (!isEqual && !canAsk()) {
    const message = 'Cannot ask whether to write these changes: expected a terminal, or --yes';
    throw new RegistryError('invalid_argument', message, { parameter: 'yes' });
  }
  if (isEqual || (await ask('Write these changes?'))) {
    printSummary(
      isEqual ? { ...difference, dryRun: false } : await send(target, file, request, false),
      file.name,
      request.scope,
    );
    return;
  }
  console.log('Nothing was written');
  process.exitCode = EXIT.failed;
}

async function send(
  target: ImportTarget,
  file: SourceFile,
  request: ImportRequest,
  isDryRun: boolean,
): Promise<ImportAnswer> {
  if ('server' in target) return post(target, file, request, isDryRun);
  const { format, encoding, ignoreUnknown, scope } = request;
  const options = {
    format,
    encoding,
    ignoreUnknown,
    map: parseColumnMap(request.map),
    mostRows: Number.POSITIVE_INFINITY,
  };
  const { rows, skipped } = await parseOwnFile(file, options, runAtOnce);
  const importOptions = { isDryRun, scope, largestReport: Number.POSITIVE_INFINITY };
  const report = await writeTo(target, ({ writes }) => writes.importRows(rows, importOptions, COMMAND_LINE), true);
  return { ...report, skipped: toSkippedLines(skipped) };
}

async function post(
  server: RemoteServer,
  file: SourceFile,
  { format, encoding, map, ignoreUnknown, scope }: ImportRequest,
  isDryRun: boolean,
): Promise<ImportAnswer> {
  const query = new URLSearchParams({ dryRun: String(isDryRun) });
  if (scope !== null) query.set('sync', 'true');
  if (scope !== null) query.set(scope.kind, scope.name);
  if (map.length > 0) query.set('map', map.join(','));
  if (ignoreUnknown) query.set('ignoreUnknown', 'true');
  const type = `${MEDIA_TYPES[format]}${encoding === null ? '' : `; charset=${encoding}`}`;
  try {
    return (await postFile(server, `/associations/import?${query}`, type, file.bytes)) as ImportAnswer;
  } catch (error) {
    throw withFileName(error, file.name);
  }
}

/** Names the file in an error of the server, which calls it "the body". */
function withFileName(error: unknown, name: string): unknown {
  if (!(error instanceof RegistryError)) return error;
  return new RegistryError(
    error.code,
    error.message.replace('the body', () => name),
    error,
  );
}
