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

/** What all contenders work with. */
export interface Workbench {
  /** A seeded database; whoever writes takes a copy. */
  readonly database: string;
  /** Portolan's answers for every port: in JSON, and by GraphQL. */
  readonly restRecording: string;
  readonly graphqlRecording: string;
}

/** What decides how Portolan answers: where none of it has changed, the answers that were recorded still hold. */
const DECIDING = ['src/**', 'bin/*', 'schema/*', 'data/**', 'migrations/*', 'package-lock.json', 'bench/requests.ts'];

/** Where it lies; everything in it can be made again. */
const FOLDER = join(PROJECT, 'var/bench');

/** How a port is asked for in each recording. */
const RECORDINGS = { restRecording: askRest, graphqlRecording: askGraphql } as const;

/** The recordings by name. */
export type RecordingName = keyof typeof RECORDINGS;

/**
 * Seeds a database and records what Portolan answers, or takes what the run before has left where nothing has changed
 * since.
 *
 * @param recordings - Which ones are needed.
 * @param say - Is told what takes long.
 */
export async function prepareWorkbench(
  recordings: Iterable<RecordingName>,
  say: (sentence: string) => void,
): Promise<Workbench> {
  const folder = join(FOLDER, fingerprint());
  const workbench = {
    database: join(folder, 'portolan.db'),
    restRecording: join(folder, 'rest.recording'),
    graphqlRecording: join(folder, 'graphql.recording'),
  };
  if (!existsSync(folder)) rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await make(workbench.database, seed);
  for (const name of recordings) {
    await make(workbench[name], async (file) => {
      say(`asking for every port, for the ${name}`);
      await recordAll(workbench.database, file, RECORDINGS[name]);
    });
  }
  return workbench;
}

/** Makes a file that is not there. What breaks off leaves no half of it. */
async function make(file: string, write: (unfinished: string) => Promise<void>): Promise<void> {
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
  for (const file of globSync(DECIDING, { cwd: PROJECT }).sort()) {
    const path = join(PROJECT, file);
    if (statSync(path).isFile()) hash.update(file).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Copies the database for whoever changes it, and takes the copy away when the work is done or has failed.
 *
 * @param workbench - What is copied.
 * @param work - Is given the path of the copy.
 */
export async function withCopy<T>({ database }: Workbench, work: (copy: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-bench-'));
  try {
    const copy = join(folder, 'portolan.db');
    // Whoever had it open last has put everything into the one file.
    cpSync(database, copy);
    return await work(copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
