import { OWN_FIRST, parseOrigins } from '../../registry/report/preferred-origins.ts';
import { ORIGINS, type Origin } from '../../registry/rows/association.ts';
import { COMMON_SYSTEMS, type EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { readCsvStream } from '../../sources/csv-stream.ts';
import {
  type Annotator,
  annotateCsv,
  annotateJsonLines,
  annotateNmapGrepable,
  annotateNmapXml,
  annotateSockets,
  type Names,
  type PortColumns,
} from '../../text/annotate.ts';
import { listNames } from '../../text/exports.ts';
import type { AnnotateInput } from '../terminal/annotate-input.ts';
import { EXIT } from '../terminal/exit.ts';
import { linesOf } from '../terminal/lines.ts';
import { printPieces } from '../terminal/print.ts';
import { fetchJson, fetchText, type RemoteServer } from './fetch-from-server.ts';
import type { LocalSource } from './local-source.ts';
import { openLocalRegistry } from './open-local-registry.ts';
import type { AnswerSource } from './query.ts';

/**
 * Copies standard input to standard output, and adds port names to each line that contains ports.
 *
 * @param source - Where the names come from.
 * @param input - The format of standard input.
 * @param field - For JSON lines, the field with the port.
 * @param columns - For CSV, the columns with the port and the protocol.
 * @param prefer - The preferred origins of names, separated by commas; undefined for own entries first.
 * @throws {RegistryError} As `printResource`. The exit code is 1 when no line contains a port.
 */
export async function annotate(
  source: AnswerSource,
  input: AnnotateInput,
  field: string,
  columns: PortColumns,
  prefer: string | undefined,
): Promise<void> {
  const preferred = prefer === undefined ? OWN_FIRST : parseOrigins(prefer, 'prefer');
  const names =
    'server' in source ? await namesFromServer(source, preferred) : await namesFromDatabase(source, preferred);
  if (input === 'csv') {
    await printPieces(annotateCsv(names, readCsvStream(process.stdin, 'standard input'), columns));
    return;
  }
  const annotators: Readonly<Record<Exclude<AnnotateInput, 'auto' | 'csv'>, Annotator>> = {
    sockets: annotateSockets(names),
    'nmap-grepable': annotateNmapGrepable(names),
    'nmap-xml': annotateNmapXml(names),
    ndjson: annotateJsonLines(names, field),
  };
  let annotator: Annotator | undefined = input === 'auto' ? undefined : annotators[input];
  let found = 0;
  const apply = (line: string): string => {
    annotator ??= annotators[detectFormat(line)];
    const annotated = annotator(line);
    if (annotated !== line) found++;
    return annotated;
  };
  await printPieces(linesOf(process.stdin, apply));
  if (found > 0) return;
  process.exitCode = EXIT.failed;
  console.error('portolan: no line has a port: expected the output of ss, netstat -an, lsof -i -nP or nmap -oX or -oG');
}

/** Detects the input format by the first line: nmap names itself there. */
function detectFormat(line: string): 'sockets' | 'nmap-grepable' | 'nmap-xml' {
  if (/^<\?xml|^<!DOCTYPE nmaprun/.test(line)) return 'nmap-xml';
  return /^# Nmap |^Host: /.test(line) ? 'nmap-grepable' : 'sockets';
}

async function namesFromDatabase(source: LocalSource, preferred: readonly Origin[]): Promise<Names> {
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

async function namesFromServer(source: RemoteServer, preferred: readonly Origin[]): Promise<Names> {
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

/** Returns a name without control characters, which a terminal would execute, in latin1, the encoding of `linesOf`. */
function toOutput(name: string): string {
  return Buffer.from(name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' '), 'utf8').toString('latin1');
}
