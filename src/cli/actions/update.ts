import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import type { SourceFile } from '../../sources/csv-table.ts';
import { type Downloaded, download } from '../../sources/download.ts';
import type { IanaRow } from '../../sources/iana-row.ts';
import { openSource, readDownload } from '../../sources/open-source.ts';
import { type Connection, toRegistryError } from '../../sqlite/file/database.ts';
import { findValidators, storeValidators } from '../../sqlite/file/downloads.ts';
import { countImport } from '../../sqlite/import/import-counts.ts';
import { countAssignments, type ImportResult, type StoredList, storedList } from '../../sqlite/import/imports.ts';
import { SILENT } from '../terminal/progress.ts';
import { seedBundled } from './bundled.ts';
import type { ListLoader } from './list-loader.ts';
import { closingLine, type ImportGuard, importFile } from './official-file.ts';
import { sha256 } from './sha256.ts';
import { type WriteSource, withLists } from './write-source.ts';

/** Services that every version of the registry has: a file without one of them is refused. */
const WELL_KNOWN = ['ssh 22/tcp', 'domain 53/tcp', 'http 80/tcp', 'https 443/tcp'] as const;

/** The largest accepted loss of rows, as a fraction of the loaded registry. */
const MAX_LOSS = 0.05;

/** The number of retries after a temporary fault: within about 30 s. */
const RETRIES = 4;

/** The options of an update. */
export interface UpdateOptions {
  /** Whether a file is accepted that is older, smaller or lacks well-known services. */
  readonly force: boolean;
  /** The number of days without a successful update after which the registry is stale. */
  readonly staleDays: number;
  /** Whether the progress is shown on standard error. */
  readonly showsProgress: boolean;
  /** The scheduled time, ISO 8601 in UTC with milliseconds: a node does nothing when another one has updated since. */
  readonly due?: string | undefined;
}

/** The result of an update. */
export interface Updated extends ImportResult {
  /** The result in a sentence. */
  readonly sentence: string;
}

/**
 * Downloads IANA's file if it differs from the loaded one, checks it and loads it. The old data is served until the new
 * data is committed, and stays when the update fails. The result is stored in the database.
 *
 * @param source - The settings of the database.
 * @param place - A URL, a path, or a folder.
 * @param options - The options.
 * @throws {RegistryError} As fetching, reading and storing; `invalid_argument` for a refused file.
 */
export async function update(source: WriteSource, place: string, options: UpdateOptions): Promise<Updated> {
  const start = performance.now();
  return withLists(source, async (db, loader) => {
    const other = await loader.lockUpdates(options.due ?? null);
    if (other !== null) return { ...unchanged(storedList(db, 'assignments')), sentence: `Unchanged: ${other}` };
    try {
      const { name, result } = await load(db, loader, place, options);
      const outcome = { result: result.changed ? 'changed' : 'unchanged', failure: null } as const;
      await loader.storeUpdate(outcome, options.staleDays);
      await seedBundled(db, loader);
      const sentence = closingLine(name, result, countAssignments(db), performance.now() - start);
      return { ...result, sentence };
    } catch (error) {
      const translated = toRegistryError(error);
      const failure = translated instanceof RegistryError ? translated.code : 'internal';
      // Ignores errors, as of a full disk: the caller reports the failure of the update itself.
      await loader.storeUpdate({ result: 'failed', failure }, options.staleDays).catch(() => {});
      throw translated;
    }
  });
}

/**
 * Brings the bundled lists of this version into a shared register that has those of an older one.
 *
 * @param source - The settings of the database.
 * @throws {RegistryError} As `withLists`.
 */
export async function shareBundled(source: WriteSource): Promise<Updated> {
  return withLists(source, async (db, loader) => {
    const seeded = await seedBundled(db, loader);
    const changed = seeded.filter(({ result }) => result?.changed).map(({ list }) => list);
    const sentence = `The shared register has the bundled lists of this version: ${changed.join(', ')}`;
    return { ...unchanged(storedList(db, 'assignments')), changed: changed.length > 0, sentence };
  });
}

async function load(db: Connection, loader: ListLoader, place: string, { force, showsProgress }: UpdateOptions) {
  const loaded = storedList(db, 'assignments');
  let name = place;
  const run = async (): Promise<ImportResult> => {
    const fetched = await fetchFile(db, place);
    if (fetched === null) return unchanged(loaded);
    name = fetched.file.name;
    const progress = showsProgress ? undefined : SILENT;
    const result = await importFile(db, fetched.file, {
      date: null,
      allowSmall: force,
      guard: force ? undefined : guard(name, loaded),
      progress,
      loader,
    });
    if (fetched.validators !== null) {
      storeValidators(db, 'assignments', place, fetched.validators, sha256(fetched.file.bytes));
    }
    return result;
  };
  return { result: await countImport(db, 'assignments', run, true), name };
}

interface Fetched {
  readonly file: SourceFile;
  /** The HTTP validators of a download; null for a local file. */
  readonly validators: Pick<Downloaded, 'etag' | 'lastModified'> | null;
}

/** Fetches the file; null if the web server answers that it has not changed. */
async function fetchFile(db: Connection, place: string): Promise<Fetched | null> {
  if (!/^https?:\/\//i.test(place)) return { file: await openSource(newestIn(place), process.stdin), validators: null };
  const read = async (downloaded: Downloaded): Promise<Fetched> => ({
    file: await readDownload(downloaded),
    validators: downloaded,
  });
  return download(place, read, { known: findValidators(db, 'assignments', place), retries: RETRIES });
}

/** Returns the newest table of a folder, or the path itself if it is not a folder. */
function newestIn(place: string): string {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) return place;
  const tables = readdirSync(place).filter((name) => /\.(?:csv|xml)(?:\.gz)?$/i.test(name));
  const [newest] = tables.map((name) => join(place, name)).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (newest === undefined)
    throw new RegistryError(
      'not_found',
      `Cannot update from ${quoteInput(place)}: expected a file *.csv or *.xml in it, packed with gzip or not`,
    );
  return newest;
}

function unchanged(loaded: StoredList | undefined): ImportResult {
  return { changed: false, rows: loaded?.rows ?? 0, date: loaded?.date ?? '' };
}

/** Creates a guard that refuses a file unless it is a plausible later version of the loaded registry. */
function guard(name: string, loaded: StoredList | undefined): ImportGuard {
  const missing = new Set<string>(WELL_KNOWN);
  let rows = 0;
  const refuse = (reason: string): never => {
    throw new RegistryError('invalid_argument', `Cannot update from ${name}: ${reason}; --force loads it anyway`);
  };
  return {
    row: ({ cells }: IanaRow) => {
      rows++;
      missing.delete(`${cells.serviceName.trim()} ${cells.portNumber.trim()}/${cells.transportProtocol.trim()}`);
    },
    end: (date) => {
      const [lost] = missing;
      if (lost !== undefined) refuse(`it has no row for ${lost}`);
      if (loaded === undefined) return;
      if (rows < loaded.rows * (1 - MAX_LOSS)) {
        refuse(`it has ${rows} rows, more than ${MAX_LOSS * 100} % fewer than the ${loaded.rows} that are loaded`);
      }
      if (date < loaded.date) refuse(`it is of ${date}, older than the registry of ${loaded.date} that is loaded`);
    },
  };
}
