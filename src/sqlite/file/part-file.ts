import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { kill, pid } from 'node:process';
import { PRIVATE_MODE } from './database.ts';

/** What belongs to a SQLite file beside itself. */
const SIDE_FILES = ['-wal', '-shm', '-journal'];

/** Processes of other machines and containers may write into the same folder: their ids mean nothing here. */
const MACHINE = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** A part names its machine and process; those of earlier versions do not, and only dated ones are known to be backups. */
const PART =
  /\.(?<machine>[0-9a-f]{8})-(?<process>\d+)\.part(?:-wal|-shm|-journal)?$|^portolan-\d{8}T\d{6}Z\.db\.part$/;

/** No copy goes this long without a write, in milliseconds: the process that wrote it has ended. */
const ABANDONED_MS = 60 * 60 * 1000;

/**
 * Creates an empty file for a copy that is not complete yet, readable and writable by its owner alone, and removes the parts
 * that dead processes left in its folder.
 *
 * @param file - The name that the copy gets when it is complete.
 * @returns The path of the part, in the same folder. The caller renames or removes it.
 * @throws What the file system throws.
 */
export function createPart(file: string): string {
  removeAbandoned(dirname(file));
  const part = `${file}.${MACHINE}-${pid}.part`;
  remove(part);
  closeSync(openSync(part, 'wx', PRIVATE_MODE));
  return part;
}

/**
 * Removes a SQLite file with what belongs to it, where it is.
 *
 * @param path - The file.
 */
export function remove(path: string): void {
  for (const end of ['', ...SIDE_FILES]) rmSync(path + end, { force: true });
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
      // It belongs to another user.
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
    // A process of another user runs, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
