import { driftPage } from '../../../registry/drift-page.ts';
import { ANY_DRIFT, type Drift } from '../../../registry/observed/drift.ts';
import { parseHostName } from '../../../registry/observed/host-name.ts';
import { proposeEntries } from '../../../registry/observed/propose-entry.ts';
import { parseOwnEntries } from '../../../registry/own/own-entry.ts';
import { COMMAND_LINE } from '../../../registry/own/token.ts';
import type { WrittenAssociation } from '../../../registry/own-registry.ts';
import { LARGEST_PAGE, type Page } from '../../../registry/values/page.ts';
import { parsePortQuery } from '../../../registry/values/port-query.ts';
import { formatSpan } from '../../../registry/values/port-range.ts';
import { RegistryError } from '../../../registry/values/registry-error.ts';
import { runAtOnce } from '../../../registry/values/run-step.ts';
import { EXIT } from '../../terminal/exit.ts';
import { escapeInvisible } from '../../terminal/terminal-text.ts';
import { fetchJson, postFile } from '../fetch-from-server.ts';
import { openLocalRegistry } from '../open-local-registry.ts';
import { writeTo } from '../write-source.ts';
import type { ImportTarget } from './import-own.ts';

/** The sockets that are declared, and fields of their entries. */
export interface AdoptRequest {
  /** The host of the sockets; null for all. */
  readonly host: string | null;
  /** The environment of the hosts; null for all. */
  readonly environment: string | null;
  /** A port such as `6379` or `6379/tcp`; null for all. */
  readonly port: string | null;
  /** The owner of the entries; null for none. */
  readonly owner: string | null;
  /** The name of the entries; null for the proposed names. */
  readonly name: string | null;
}

/**
 * Creates own entries for sockets that hosts have reported and no own entry declares, and prints them. Sets the exit code 1 if
 * there is none.
 *
 * @param target - The server or the database.
 * @param request - Which sockets.
 * @param isDryRun - Whether the entries are only printed.
 * @throws {RegistryError} `invalid_argument` for an invalid host or port; as `OwnRegistry.create` and `postFile`.
 */
export async function adoptOwn(target: ImportTarget, request: AdoptRequest, isDryRun: boolean): Promise<void> {
  const { owner, name } = request;
  const host = request.host === null ? null : parseHostName(request.host);
  const place = request.port === null ? null : parsePortQuery(request.port, 'port');
  const page = await readDrift(target, host, request.environment);
  const wanted = page.results.filter(
    ({ port, protocol }) =>
      place === null || (port === place.firstPort && (place.protocol === null || protocol === place.protocol)),
  );
  const proposed = proposeEntries(wanted).map((entry) => ({ ...entry, owner, name: name ?? entry.name }));
  if (proposed.length === 0) {
    console.error('portolan: there is no such socket without an own entry');
    process.exitCode = EXIT.failed;
    return;
  }
  const entries = parseOwnEntries(proposed);
  const created: readonly Adopted[] = isDryRun ? entries : await create(target, entries);
  for (const entry of created) printEntry(entry, isDryRun);
  const left = page.count - page.results.length;
  if (left > 0) console.error(`portolan: ${left} more sockets have no own entry: run the command again`);
}

/** An entry that is created, or would be. */
type Adopted = Pick<WrittenAssociation, 'name' | 'firstPort' | 'lastPort' | 'protocols' | 'hosts'> &
  Partial<Pick<WrittenAssociation, 'id' | 'warnings'>>;

function printEntry({ id, name, protocols, hosts, warnings = [], ...span }: Adopted, isDryRun: boolean): void {
  const where = hosts.length === 0 ? '' : ` on ${hosts.join(', ')}`;
  const what = `${formatSpan(span)}/${protocols.join(',')} ${JSON.stringify(name)}`;
  console.log(
    escapeInvisible(`${isDryRun ? 'create ' : 'created'} ${what}${id === undefined ? '' : ` ${id}`}${where}`),
  );
  for (const { severity, detail } of warnings) console.log(escapeInvisible(`        ${severity}: ${detail}`));
}

/** Reads the sockets without an own entry, at most as many as one write may create. */
async function readDrift(target: ImportTarget, host: string | null, environment: string | null): Promise<Page<Drift>> {
  const kind = 'seen_not_declared';
  if ('server' in target) {
    const filters = Object.entries({ host, environment }).filter(
      (filter): filter is [string, string] => filter[1] !== null,
    );
    const query = new URLSearchParams([['kind', kind], ['limit', String(LARGEST_PAGE)], ...filters]);
    const answer = (await fetchJson(target, `/drift?${query}`)) as Partial<Page<Drift>> | null;
    if (Array.isArray(answer?.results) && typeof answer.count === 'number') return answer as Page<Drift>;
    throw new RegistryError('unavailable', `Cannot read the answer of ${target.server}: expected a list of drift`);
  }
  const registry = await openLocalRegistry(target);
  try {
    const page = { limit: LARGEST_PAGE, offset: 0 };
    return await driftPage(registry, { ...ANY_DRIFT, kind, host, environment }, page, runAtOnce);
  } finally {
    registry.close();
  }
}

async function create(
  target: ImportTarget,
  entries: ReturnType<typeof parseOwnEntries>,
): Promise<readonly WrittenAssociation[]> {
  if (!('server' in target)) return writeTo(target, ({ writes }) => writes.adopt(entries, false, COMMAND_LINE));
  const body = Buffer.from(JSON.stringify(entries));
  const answer = (await postFile(target, '/associations?adopt=true', 'application/json', body)) as Partial<
    Page<WrittenAssociation>
  > | null;
  if (Array.isArray(answer?.results)) return answer.results;
  throw new RegistryError('unavailable', `Cannot read the answer of ${target.server}: expected the created entries`);
}
