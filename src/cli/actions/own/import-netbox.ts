import { RegistryError } from '../../../registry/values/registry-error.ts';
import { fetchServices } from '../../../sources/netbox/fetch-services.ts';
import { toEntries } from '../../../sources/netbox/netbox-entries.ts';
import { parseService } from '../../../sources/netbox/netbox-service.ts';
import { type ImportTarget, importFile } from './import-own.ts';

/** What is imported from NetBox. */
export interface NetboxImport {
  /** The address of NetBox. */
  readonly address: string;
  /** The token; undefined to send none. */
  readonly token: string | undefined;
  /** The devices and virtual machines whose services are imported, in any case; empty for all. */
  readonly hosts: readonly string[];
}

/**
 * Imports the services of NetBox as own entries, and prints each entry that is added or changed. Writes nothing to NetBox.
 *
 * @param target - The server or the database whose own entries are changed.
 * @param netbox - What is imported.
 * @param isDryRun - Whether the import is only simulated.
 * @throws {RegistryError} As `fetchServices`, `parseService`, `toEntries` and `importOwn`; `not_found` for a host without services.
 */
export async function importNetbox(
  target: ImportTarget,
  { address, token, hosts }: NetboxImport,
  isDryRun: boolean,
): Promise<void> {
  const unique = new Map(
    (await fetchServices(address, token)).map(parseService).map((service) => [service.id, service]),
  );
  const names = new Set(hosts.map((host) => host.toLowerCase()));
  // Filtered here: the filters of NetBox 4.3.0 to 4.4.3 for parents return other services.
  const services = [...unique.values()].filter(({ host }) => names.size === 0 || names.has((host ?? '').toLowerCase()));
  const found = new Set(services.map(({ host }) => (host ?? '').toLowerCase()));
  const missing = hosts.find((host) => !found.has(host.toLowerCase()));
  if (missing !== undefined) {
    throw new RegistryError('not_found', `Cannot find services of ${JSON.stringify(missing)} in NetBox`);
  }
  const { origin, pathname, host } = new URL(address);
  const entries = toEntries(services, origin + pathname);
  // One line for each entry, which messages name.
  const lines = entries.map((entry) => JSON.stringify(entry)).join(',\n');
  const file = { name: `NetBox at ${host}`, bytes: Buffer.from(`[${lines}]`) };
  const request = { format: 'json', encoding: null, map: [], ignoreUnknown: false, scope: null } as const;
  await importFile(target, file, request, isDryRun);
}
