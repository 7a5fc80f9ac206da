import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { kill, pid } from 'node:process';
import { PRIVATE_MODE } from './database.ts';

/** The suffixes of the files that SQLite creates beside a database. */
const SIDE_FILE_SUFFIXES = ['-wal', '-shm', '-journal'];

/** Identifies this machine: processes of other machines and containers may write to the same folder, under any id. */
const MACHINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/**
 * Matches temporary copies, and the copies that `shared init` makes of them. Those of earlier versions name no process; the second form
 * is that of their dated backups.
 */
const PART =
  /\.(?<machine>[0-9a-f]{8})-(?<process>\d+)\.part(?:\.copy|\.copy\.gz)?(?:-wal|-shm|-journal)?$|^portolan-\d{8}T\d{6}Z\.db\.part$/;

/** The age after which a temporary copy is removed, in milliseconds: a running copy is written more often than this. */
const ABANDONED_MS = 60 * 60 * 1000;

/**
 * Creates an empty temporary file for a copy, with mode 0600, and removes temporary files that ended processes left in the
 * same folder.
 *
 * @param file - The final name of the copy.
 * @returns The path of the temporary file, in the same folder. The caller renames or removes it.
 * @throws The error of the file system.
 */
export function createPart(file: string): string {
  removeAbandoned(dirname(file));
  const part = `${file}.${MACHINE}-${pid}.part`;
  removeDatabase(part);
  closeSync(openSync(part, 'wx', PRIVATE_MODE));
  return part;
}

/**
 * Removes a SQLite file and the files that SQLite creates beside it. Missing ones are ignored.
 *
 * @param path - The file.
 */
export function removeDatabase(path: string): void {
  for (const suffix of ['', ...SIDE_FILE_SUFFIXES]) rmSync(path + suffix, { force: true });
}

/**
 * Renames a SQLite file and its write-ahead log, which contains its last changes.
 *
 * @param path - The file.
 * @param to - The new path, in the same folder.
 */
export function moveDatabase(path: string, to: string): void {
  renameSync(path, to);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${to}-wal`);
}

function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const found = PART.exec(name);
    if (found === null) continue;
    const path = join(folder, name);
    const { machine, process: id } = found.groups ?? {};
    const hasEnded = machine === MACHINE && !isRunning(Number(id));
    try {
      if (hasEnded || isOld(path)) rmSync(path, { force: true });
    } catch {
      // The file belongs to another user.
    }
  }
}

function isOld(path: string): boolean {
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && Date.now() - written > ABANDONED_MS;
}

function isRunning(id: number): boolean {
  try {
    return kill(id, 0);
  } catch (error) {
    // EPERM: the process runs as another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
