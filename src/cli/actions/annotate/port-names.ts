import type { PortName } from '../../../registry/report/port-name.ts';
import { portNames } from '../../../registry/report/port-names.ts';
import { ORIGINS, type Origin } from '../../../registry/rows/association.ts';
import { COMMON_SYSTEMS, type EphemeralRange } from '../../../registry/rows/ephemeral-range.ts';
import { LOWEST_PROMINENCE } from '../../../registry/rows/prominence.ts';
import { RegistryError } from '../../../registry/values/registry-error.ts';
import { runAtOnce } from '../../../registry/values/run-step.ts';
import { type Names, OWN_WEIGHT } from '../../../text/annotate/port-names.ts';
import { listNames } from '../../../text/exports.ts';
import { fetchJson, fetchText, type RemoteServer } from '../fetch-from-server.ts';
import type { LocalSource } from '../local-source.ts';
import { openLocalRegistry } from '../open-local-registry.ts';

/**
 * Converts text to its bytes in UTF-8, one character (latin1) for each, as lines are.
 *
 * @param text - The text.
 */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * Converts the bytes of a line to text: the inverse of `bytesOf`.
 *
 * @param bytes - One character (latin1) for each byte.
 */
export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/**
 * Reads the names of ports from the local database.
 *
 * @param source - The database.
 * @param preferred - The preferred origins of names.
 * @throws {RegistryError} As `openLocalRegistry`.
 */
export async function namesFromDatabase(source: LocalSource, preferred: readonly Origin[]): Promise<Names> {
  const registry = await openLocalRegistry(source);
  try {
    const names = await listNames(registry, { origins: ORIGINS, preferred }, runAtOnce);
    return toNames(
      names.flatMap(({ name, isShared, ...rest }) =>
        name === null || isShared ? [] : { key: keyOf(rest), name, weight: weightOf(rest) },
      ),
      names.flatMap(({ port, protocol, name, aliases, otherNames }) =>
        [name ?? '', ...aliases, ...otherNames].map((one) => [`${protocol} ${one}`, port] as const),
      ),
      registry.ephemeralRanges(),
    );
  } finally {
    registry.close();
  }
}

function keyOf({ port, protocol }: Pick<PortName, 'port' | 'protocol'>): string {
  return `${port}/${protocol}`;
}

function weightOf({ origin, prominence }: Pick<PortName, 'origin' | 'prominence'>): number {
  return origin === 'own' ? OWN_WEIGHT : (prominence ?? LOWEST_PROMINENCE);
}

/**
 * Reads the names of ports from a server, which is untrusted. Its exports do not have the prominence of names: that of the
 * bundled lists is used.
 *
 * @param source - The server.
 * @param preferred - The preferred origins of names.
 * @throws {RegistryError} As `fetchText`.
 */
export async function namesFromServer(source: RemoteServer, preferred: readonly Origin[]): Promise<Names> {
  const prefer = `prefer=${preferred.join()}`;
  const dictionary = await fetchText(source, `/export/logstash?origin=${ORIGINS.join()}&${prefer}`, 'application/yaml');
  const own = await fetchText(source, '/export/logstash?origin=own', 'application/yaml');
  const services = await fetchText(source, `/export/services?origin=${ORIGINS.join()}&${prefer}`, 'text/plain');
  const ranges = (await fetchJson(source, '/ephemeral-ranges?limit=1000')) as { readonly results?: unknown } | null;
  const results = Array.isArray(ranges?.results) ? ranges.results.filter(isRange) : [];
  const ownNames = new Map(parseDictionary(own));
  const bundled = await bundledWeights();
  const names = parseDictionary(dictionary).map(([key, name]) => {
    return { key, name, weight: ownNames.get(key) === name ? OWN_WEIGHT : (bundled.get(`${key} ${name}`) ?? 1) };
  });
  return toNames(
    names.filter(({ weight }) => weight > 0),
    parseServices(services),
    results,
  );
}

/** Returns the weights of the names of the bundled lists, by port, protocol and name; 0 for a shared use of a dynamic port. */
async function bundledWeights(): Promise<Map<string, number>> {
  const { bundledRows } = await import('../bundled.ts');
  const services = await Array.fromAsync(bundledRows('prominence'));
  const uses = portNames([], await Array.fromAsync(bundledRows('associations')));
  return new Map([
    ...uses.map((use) => [`${keyOf(use)} ${use.name}`, use.isShared ? 0 : weightOf(use)] as const),
    ...services.map((one) => [`${keyOf(one)} ${one.serviceName}`, one.prominence] as const),
  ]);
}

/** Checks a range of the server, which is untrusted. */
function isRange(range: Partial<EphemeralRange> | null): range is EphemeralRange {
  return Number.isInteger(range?.firstPort) && Number.isInteger(range?.lastPort);
}

/** Parses a Logstash dictionary: each line, such as `"443/tcp": "https"`, has two JSON strings. */
function parseDictionary(dictionary: string): [string, string][] {
  return [...dictionary.matchAll(/^"(\d{1,5}\/[a-z]{1,8})": (".*")$/gm)].map(([, port = '', name = '']) => [
    port,
    parseName(name),
  ]);
}

function parseName(json: string): string {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new RegistryError('unavailable', 'Cannot read the names of the server: expected a dictionary', {
      cause: error,
    });
  }
}

/** Parses services(5) of the server: the names of each line with its protocol, and its port. */
function parseServices(services: string): [string, number][] {
  const lines = services.matchAll(/^([^\s#]+)[ \t]+(\d{1,5})\/([a-z]{1,8})([^#\n]*)/gm);
  return [...lines].flatMap(([, name = '', port, protocol, aliases = '']) =>
    [name, ...aliases.split(/\s+/)].map((one): [string, number] => [`${protocol} ${one}`, Number(port)]),
  );
}

/** A name of a port. */
interface WeightedName {
  readonly key: string;
  readonly name: string;
  readonly weight: number;
}

function toNames(
  names: readonly WeightedName[],
  ports: readonly (readonly [string, number])[],
  ranges: readonly EphemeralRange[],
): Names {
  return {
    byPort: new Map(names.map(({ key, name }) => [key, toOutput(name)])),
    // The first port of a name counts, as for a program that reads services(5).
    byName: new Map(ports.map(([name, port]) => [bytesOf(name.toLowerCase()), port] as const).reverse()),
    weights: new Map(names.filter(({ weight }) => weight > 1).map(({ key, weight }) => [key, weight])),
    ephemeral: ranges.filter(({ system, current }) => current && COMMON_SYSTEMS.includes(system)),
  };
}

/** Returns the bytes of a name without control characters, which a terminal would execute. */
function toOutput(name: string): string {
  return bytesOf(name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' '));
}
