import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import type { SourceFile } from '../../sources/csv-table.ts';
import { type Downloaded, download } from '../../sources/download.ts';
import type { IanaRow } from '../../sources/iana-row.ts';
import { openSource, readDownload } from '../../sources/open-source.ts';
import { type Connection, toRegistryError } from '../../sqlite/file/database.ts';
import { findValidators, storeValidators } from '../../sqlite/file/downloads.ts';
import { countImport } from '../../sqlite/import/import-counts.ts';
import { countAssignments, type ImportResult, type StoredList, storedList } from '../../sqlite/import/imports.ts';
import { storeUpdate } from '../../sqlite/tables/update-attempts.ts';
import { SILENT } from '../terminal/progress.ts';
import { seedBundled, sha256 } from './bundled.ts';
import { closingLine, type ImportGuard, importFile } from './official-file.ts';
import { withDatabase } from './prepare.ts';

/** Without one of these a file is not the registry, whatever else is in it. */
const WELL_KNOWN = ['ssh 22/tcp', 'domain 53/tcp', 'http 80/tcp', 'https 443/tcp'] as const;

/** How much smaller than the registry that is loaded the next one may be. */
const MOST_LOST = 0.05;

/** How often to ask again where a fault may pass: within about half a minute. */
const RETRIES = 4;

/** What may be set of an update. */
export interface UpdateOptions {
  /** Takes a file that is older, smaller or has lost well-known services. */
  readonly force: boolean;
  /** After how many days without an update that ends well the registry counts as stale. */
  readonly staleDays: number;
  /** Whether a person is shown how far it has come. */
  readonly showsProgress: boolean;
}

/** What an update did. */
export interface Updated extends ImportResult {
  /** What was done, in a sentence. */
  readonly sentence: string;
}

/**
 * Fetches IANA's file where there is another one than the one that is loaded, checks it and loads it. The old data goes on
 * serving until the new is committed, and stays when anything fails. How it ended is remembered.
 *
 * @param database - Path of the SQLite file.
 * @param place - An address, a path, or a folder.
 * @param options - What else may be set.
 * @throws {RegistryError} What fetching, reading and storing throw; `invalid_argument` for a file that is refused.
 */
export async function update(database: string, place: string, options: UpdateOptions): Promise<Updated> {
  const start = performance.now();
  return withDatabase(database, async (db) => {
    try {
      const { name, result } = await load(db, place, options);
      storeUpdate(db, { result: result.changed ? 'changed' : 'unchanged', failure: null }, options.staleDays);
      await seedBundled(db);
      const sentence = closingLine(name, result, countAssignments(db), performance.now() - start);
      return { ...result, sentence };
    } catch (error) {
      const translated = toRegistryError(error);
      rememberFailure(db, translated instanceof RegistryError ? translated.code : 'internal', options.staleDays);
      throw translated;
    }
  });
}

async function load(db: Connection, place: string, { force, showsProgress }: UpdateOptions) {
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
    });
    if (fetched.validators !== null) {
      storeValidators(db, 'assignments', place, fetched.validators, sha256(fetched.file.bytes));
    }
    return result;
  };
  return { result: await countImport(db, 'assignments', run, true), name };
}

/** What cannot be written, as on a full disk, is told by the error alone. */
function rememberFailure(db: Connection, failure: ErrorCode, staleDays: number): void {
  try {
    storeUpdate(db, { result: 'failed', failure }, staleDays);
  } catch {}
}

interface Fetched {
  readonly file: SourceFile;
  /** What a web server said of it; null for a file of this machine. */
  readonly validators: Pick<Downloaded, 'etag' | 'lastModified'> | null;
}

/** Gives null where a web server says that the file is the one that is loaded. */
async function fetchFile(db: Connection, place: string): Promise<Fetched | null> {
  if (!/^https?:\/\//i.test(place)) return { file: await openSource(newestIn(place), process.stdin), validators: null };
  const read = async (downloaded: Downloaded): Promise<Fetched> => ({
    file: await readDownload(downloaded),
    validators: downloaded,
  });
  return download(place, read, { known: findValidators(db, 'assignments', place), retries: RETRIES });
}

/** The newest table of a folder; a file is itself. */
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

/** Refuses what is no later state of the registry that is loaded. */
function guard(name: string, loaded: StoredList | undefined): ImportGuard {
  const missing = new Set<string>(WELL_KNOWN);
  let rows = 0;
  const refuse = (reason: string): never => {
    throw new RegistryError('invalid_argument', `Cannot update from ${name}: ${reason}; --force takes it all the same`);
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
      if (rows < loaded.rows * (1 - MOST_LOST)) {
        refuse(`it has ${rows} rows, more than ${MOST_LOST * 100} % fewer than the ${loaded.rows} that are loaded`);
      }
      if (date < loaded.date) refuse(`it is of ${date}, older than the registry of ${loaded.date} that is loaded`);
    },
  };
}
