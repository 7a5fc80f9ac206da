import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT, runProgram, startServer } from './child.ts';
import { portolan } from './contenders/portolan.ts';
import { record } from './recording.ts';
import { askGraphql, askRest, type BenchRequest } from './requests.ts';

/** The files that all contenders share. */
export interface Workbench {
  /** The path of a seeded database; a part that writes uses a copy. */
  readonly database: string;
  /** The paths of Portolan's recorded responses for every port: in JSON, and by GraphQL. */
  readonly restRecording: string;
  readonly graphqlRecording: string;
}

/** The files that determine Portolan's responses: recordings are reused while none of them changes. */
const INPUT_FILES = [
  'src/**',
  'bin/*',
  'schema/*',
  'data/**',
  'migrations/*',
  'package-lock.json',
  'bench/requests.ts',
];

/** The folder of the workbench; it can be deleted, and is created again. */
const FOLDER = join(PROJECT, 'var/bench');

/** The request for a port in each recording. */
const RECORDINGS = { restRecording: askRest, graphqlRecording: askGraphql } as const;

/** The recordings by name. */
export type RecordingName = keyof typeof RECORDINGS;

/**
 * Seeds a database and records the responses of Portolan. Reuses the files of an earlier run if no input has changed.
 *
 * @param recordings - The needed recordings.
 * @param log - Called with a message before a step that takes long.
 */
export async function prepareWorkbench(
  recordings: Iterable<RecordingName>,
  log: (message: string) => void,
): Promise<Workbench> {
  const folder = join(FOLDER, fingerprint());
  const workbench = {
    database: join(folder, 'portolan.db'),
    restRecording: join(folder, 'rest.recording'),
    graphqlRecording: join(folder, 'graphql.recording'),
  };
  if (!existsSync(folder)) rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await writeMissing(workbench.database, seed);
  for (const name of recordings) {
    await writeMissing(workbench[name], async (file) => {
      log(`requesting every port, for the ${name}`);
      await recordAll(workbench.database, file, RECORDINGS[name]);
    });
  }
  return workbench;
}

/** Writes a missing file under a temporary name and renames it, so that a failed run leaves no partial file. */
async function writeMissing(file: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  if (existsSync(file)) return;
  const unfinished = `${file}.unfinished`;
  rmSync(unfinished, { force: true });
  await write(unfinished);
  renameSync(unfinished, file);
}

async function seed(database: string): Promise<void> {
  const command = [process.execPath, 'bin/portolan.js', 'seed'];
  await runProgram({ name: 'portolan seed', command, environment: { DATABASE: database } });
}

async function recordAll(database: string, file: string, toRequest: (port: number) => BenchRequest): Promise<void> {
  const server = await startServer(portolan(database));
  try {
    await record(server.url, file, toRequest);
  } finally {
    await server.stop();
  }
}

function fingerprint(): string {
  const hash = createHash('sha256').update(process.version);
  for (const file of globSync(INPUT_FILES, { cwd: PROJECT }).sort()) {
    const path = join(PROJECT, file);
    if (statSync(path).isFile()) hash.update(file).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Runs work that changes the database on a copy, which is removed afterwards.
 *
 * @param workbench - The workbench with the database.
 * @param work - Called with the path of the copy.
 */
export async function withCopy<T>({ database }: Workbench, work: (copy: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'));
  try {
    const copy = join(folder, 'portolan.db');
    // The last connection has closed and written the whole write-ahead log into the file.
    cpSync(database, copy);
    return await work(copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
