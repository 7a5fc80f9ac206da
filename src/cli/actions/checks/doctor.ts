import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import type { ResolvedConfig } from '../../../config/config.ts';
import type { GivenValue } from '../../../config/given.ts';
import type { Config } from '../../../config/settings.ts';
import { ageInDays } from '../../../registry/values/day.ts';
import { quoteInput, RegistryError } from '../../../registry/values/registry-error.ts';
import { openForReading } from '../../../sqlite/file/database.ts';
import { examineDatabase } from '../../../sqlite/file/integrity.ts';
import { refuseNode } from '../../../sqlite/tables/shared-node.ts';
import { BUNDLED_DATABASE } from '../open-local-registry.ts';
import { otherServerDatabase, queryReadiness, readinessUrl } from './health.ts';
import { describeSignIn } from './sign-in.ts';

/** The result of a check. */
export interface Finding {
  readonly subject:
    | 'configuration'
    | 'folder'
    | 'disk'
    | 'database'
    | 'registry'
    | 'secrets'
    | 'shared'
    | 'port'
    | 'sign-in';
  readonly result: 'ok' | 'warning' | 'problem';
  /** What the check found, as a sentence without its full stop. */
  readonly detail: string;
  /** What to do; null if there is nothing to do. */
  readonly remedy: string | null;
}

type Subject = Finding['subject'];

/** The free disk space to require, as a multiple of the database: an upgrade and a backup each copy it. */
const COPIES = 3;
/** The age from which a registry is reported as old, in days: it lacks about 500 changes by then. */
const MAX_AGE_DAYS = 365;
const MIB = 1024 * 1024;

/**
 * Checks everything that a server needs.
 *
 * @param resolved - The settings.
 * @param warnings - The warnings about them.
 */
export async function examineAll({ config, given }: ResolvedConfig, warnings: readonly string[]): Promise<Finding[]> {
  const settings = warnings.map((warning) => finding('configuration', 'warning', warning, 'correct or remove it'));
  const content = examineContent(config.database);
  const isSound = content.every(({ result }) => result !== 'problem');
  return [
    ...(settings.length > 0 ? settings : [finding('configuration', 'ok', 'every setting is valid')]),
    examineFolder(config.database),
    ...examineDisk(config.database),
    finding('database', 'ok', describePlace(given.database)),
    ...content,
    ...examineRights(config.database),
    ...examineSecrets(config.tlsKeyFile),
    ...examineSignIn(config),
    ...(isSound ? await examineShared(config) : []),
    await examinePort(config),
  ];
}

function finding(subject: Subject, result: Finding['result'], detail: string, remedy: string | null = null): Finding {
  return { subject, result, detail, remedy };
}

function examineFolder(database: string): Finding {
  const folder = dirname(database);
  if (!existsSync(folder)) return finding('folder', 'ok', `${quoteInput(folder)} is created at the first start`);
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    if (existsSync(database)) accessSync(database, constants.R_OK | constants.W_OK);
    return finding('folder', 'ok', `${quoteInput(folder)} can be written`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const remedy = 'give the user that runs Portolan the right to write the folder and the database';
    return finding('folder', 'problem', `${quoteInput(folder)} cannot be written: ${code}`, remedy);
  }
}

function examineDisk(database: string): Finding[] {
  if (!existsSync(database)) return [];
  const { bavail, bsize } = statfsSync(dirname(database));
  const [free, needed] = [bavail * bsize, COPIES * statSync(database).size];
  const detail = `${Math.floor(free / MIB)} MiB are free`;
  if (free >= needed) return [finding('disk', 'ok', detail)];
  return [finding('disk', 'warning', detail, `free space: an upgrade and backups need ${Math.ceil(needed / MIB)} MiB`)];
}

/** Returns which database is used, and why. */
function describePlace({ text, source, place }: GivenValue): string {
  const origin = source === 'default' ? 'the default, because DATABASE is not set' : `DATABASE (${place ?? source})`;
  return `the path is ${quoteInput(text)}, from ${origin}`;
}

function examineContent(database: string): Finding[] {
  if (!existsSync(database)) {
    const answers = existsSync(BUNDLED_DATABASE) ? '; lookups answer from the bundled data' : '';
    return [finding('database', 'warning', `there is no file yet${answers}`, 'portolan seed creates it')];
  }
  try {
    const { date, faults, schemaFault, brokenAuditRow } = examineDatabase(database);
    if (faults.length > 0) {
      return [finding('database', 'problem', `it is damaged: ${faults[0]}`, 'portolan restore FILE restores a backup')];
    }
    if (schemaFault !== null) {
      const detail = `its schema is not the one that Portolan creates: ${schemaFault}`;
      return [finding('database', 'problem', detail, 'restore a backup from before the change')];
    }
    if (brokenAuditRow !== null) {
      const remedy = 'portolan audit verify has the details; compare the audit log with that of a backup';
      return [
        finding('database', 'problem', `row ${brokenAuditRow} of its audit log is not in the hash chain`, remedy),
      ];
    }
    return [finding('database', 'ok', 'it is sound and has the schema of this version'), examineAge(date)];
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    // The message contains the remedy.
    return [finding('database', 'problem', error.message)];
  }
}

function examineAge(date: string | null): Finding {
  if (date === null)
    return finding('registry', 'problem', 'no registry is loaded', 'portolan seed loads the bundled one');
  const days = ageInDays(date);
  const detail = `it is of ${date}, ${days} days old`;
  if (days <= MAX_AGE_DAYS) return finding('registry', 'ok', detail);
  return finding('registry', 'warning', detail, 'portolan seed --iana FILE loads a newer one');
}

/** Warns if others can read the file: it holds the audit log and the hashes of tokens. Group access may be intended. */
function examineRights(database: string): Finding[] {
  const file = statSync(database, { throwIfNoEntry: false });
  if (file === undefined || (file.mode & 0o007) === 0) return [];
  const name = quoteInput(database);
  return [finding('secrets', 'warning', `every user of this machine may read ${name}`, `chmod 600 ${name}`)];
}

function examineSecrets(keyFile: string): Finding[] {
  if (keyFile === '') return [];
  const file = statSync(keyFile, { throwIfNoEntry: false });
  const name = quoteInput(keyFile);
  if (file === undefined) return [finding('secrets', 'problem', `there is no ${name}`, 'set TLS_KEY_FILE')];
  if ((file.mode & 0o077) === 0) return [finding('secrets', 'ok', `only its owner reads ${name}`)];
  return [finding('secrets', 'warning', `others may read ${name}`, `chmod 600 ${name}`)];
}

/** Describes single sign-on. Warns if it permits more than it should, or less. Finds nothing without it. */
function examineSignIn(config: Config): Finding[] {
  const { detail, warnings } = describeSignIn(config);
  if (detail === null) return [];
  return [
    finding('sign-in', 'ok', detail),
    ...warnings.map(([warning, remedy]) => finding('sign-in', 'warning', warning, remedy)),
  ];
}

/** Checks that a node and the log of its shared register fit together. Finds nothing for a standalone database. */
async function examineShared({ database, shared }: Config): Promise<Finding[]> {
  if (!existsSync(database)) {
    return shared === '' ? [] : [finding('shared', 'problem', 'there is no file of this node', 'portolan shared join')];
  }
  const db = openForReading(database);
  try {
    if (shared === '') {
      refuseNode(db);
      return [];
    }
    // Loaded on demand, as in `withNode`.
    const { compareNode } = await import('../../../postgres/compare-node.ts');
    const { node, register } = await compareNode(shared, db);
    return [finding('shared', 'ok', `this node is at position ${node}, the shared register at ${register}`)];
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    // The message contains the remedy.
    return [finding('shared', 'problem', error.message)];
  } finally {
    db.close();
  }
}

/** Checks that the port is free, or that the server with these settings listens on it. */
async function examinePort(config: Config): Promise<Finding> {
  const { host, port } = config;
  if (port === 0) return finding('port', 'ok', 'the system selects a free port');
  const where = `${port} on ${host}`;
  const code = await listenCode(host, port);
  if (code === null) return finding('port', 'ok', `${where} is free`);
  if (code === 'EACCES') return finding('port', 'problem', `${where} needs rights`, 'set PORT to 1024 or more');
  if (code !== 'EADDRINUSE')
    return finding('port', 'problem', `${where} cannot be taken: ${code}`, 'set HOST and PORT');
  const { fault } = await queryReadiness(readinessUrl(config));
  const difference = fault === null ? await otherServerDatabase(config) : null;
  if (difference !== null)
    return finding('port', 'warning', difference, 'set DATABASE, HOST and PORT as for the server');
  if (fault === null) return finding('port', 'ok', `Portolan answers on ${where}`);
  return finding('port', 'problem', `${where} is taken: ${fault}`, 'stop the program that has it, or set PORT');
}

function listenCode(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'unknown'));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}
