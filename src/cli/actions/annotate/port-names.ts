import { ORIGINS, type Origin } from '../../../registry/rows/association.ts';
import { COMMON_SYSTEMS, type EphemeralRange } from '../../../registry/rows/ephemeral-range.ts';
import { RegistryError } from '../../../registry/values/registry-error.ts';
import type { Names } from '../../../text/annotate/port-names.ts';
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
    const names = await listNames(registry, { origins: ORIGINS, preferred }, async (step) => step());
    return toNames(
      names.flatMap(({ port, protocol, name }) => (name === null ? [] : [[`${port}/${protocol}`, name] as const])),
      names.flatMap(({ port, protocol, name, aliases, otherNames }) =>
        [name ?? '', ...aliases, ...otherNames].map((one) => [`${protocol} ${one}`, port] as const),
      ),
      registry.ephemeralRanges(),
    );
  } finally {
    registry.close();
  }
}

/**
 * Reads the names of ports from a server, which is untrusted.
 *
 * @param source - The server.
 * @param preferred - The preferred origins of names.
 * @throws {RegistryError} As `fetchText`.
 */
export async function namesFromServer(source: RemoteServer, preferred: readonly Origin[]): Promise<Names> {
  const query = `?origin=${ORIGINS.join()}&prefer=${preferred.join()}`;
  const dictionary = await fetchText(source, `/export/logstash${query}`, 'application/yaml');
  const services = await fetchText(source, `/export/services${query}`, 'text/plain');
  const ranges = (await fetchJson(source, '/ephemeral-ranges?limit=1000')) as {
    readonly results?: unknown;
  } | null;
  const results = Array.isArray(ranges?.results) ? ranges.results.filter(isRange) : [];
  return toNames(parseDictionary(dictionary), parseServices(services), results);
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

function toNames(
  names: readonly (readonly [string, string])[],
  ports: readonly (readonly [string, number])[],
  ranges: readonly EphemeralRange[],
): Names {
  return {
    byPort: new Map(names.map(([port, name]) => [port, toOutput(name)])),
    // The first port of a name counts, as for a program that reads services(5).
    byName: new Map(ports.map(([name, port]) => [name.toLowerCase(), port] as const).reverse()),
    ephemeral: ranges.filter(({ system, current }) => current && COMMON_SYSTEMS.includes(system)),
  };
}

/** Returns the bytes of a name without control characters, which a terminal would execute. */
function toOutput(name: string): string {
  return bytesOf(name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' '));
}
