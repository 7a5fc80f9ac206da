import type { EphemeralRange } from '../../registry/rows/ephemeral-range.ts';
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
import { logstashExport } from '../../text/exports.ts';
import { EXIT } from '../terminal/exit.ts';
import { linesOf } from '../terminal/lines.ts';
import { printPieces } from '../terminal/print.ts';
import type { AnnotateInput } from './annotate-input.ts';
import { openRegistry, type Where } from './ask.ts';
import { askServer, askServerForJson } from './ask-server.ts';

/** Whose client ports are told from services: those of the systems that most clients run. */
const CLIENTS: readonly string[] = ['linux', 'windows', 'macos', 'own'];

/**
 * Copies standard input to standard output, with what ports are added to each line that tells of some.
 *
 * @param where - Who knows the names.
 * @param input - What is read.
 * @param field - Of JSON lines, the field with the port.
 * @param columns - Of CSV, where the ports stand.
 * @throws {RegistryError} As `ask`. The exit code is 1 when no line told of a port.
 */
export async function annotate(where: Where, input: AnnotateInput, field: string, columns: PortColumns): Promise<void> {
  const names = 'server' in where ? await namesOfServer(where) : await namesHere(where);
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
    annotator ??= annotators[formOf(line)];
    const told = annotator(line);
    if (told !== line) found++;
    return told;
  };
  await printPieces(linesOf(process.stdin, apply));
  if (found > 0) return;
  process.exitCode = EXIT.failed;
  console.error(
    'portolan: no line tells of a port: expected the output of ss, netstat -an, lsof -i -nP or nmap -oX or -oG',
  );
}

/** nmap says who it is in its first line. */
function formOf(line: string): 'sockets' | 'nmap-grepable' | 'nmap-xml' {
  if (/^<\?xml|^<!DOCTYPE nmaprun/.test(line)) return 'nmap-xml';
  return /^# Nmap |^Host: /.test(line) ? 'nmap-grepable' : 'sockets';
}

async function namesHere(where: Exclude<Where, { readonly server: string }>): Promise<Names> {
  const registry = await openRegistry(where);
  try {
    const pieces = await Array.fromAsync(logstashExport(registry, ['iana', 'informal', 'own'], async (step) => step()));
    return toNames(pieces.join(''), registry.ephemeralRanges());
  } finally {
    registry.close();
  }
}

async function namesOfServer(where: Extract<Where, { readonly server: string }>): Promise<Names> {
  const dictionary = await askServer(where, '/export/logstash?origin=iana,informal,own', 'application/yaml');
  const ranges = (await askServerForJson(where, '/ephemeral-ranges?limit=1000')) as {
    readonly results?: unknown;
  } | null;
  const results = Array.isArray(ranges?.results) ? ranges.results.filter(isRange) : [];
  return toNames(dictionary, results);
}

/** What else a server gives has no part in it. */
function isRange(range: Partial<EphemeralRange> | null): range is EphemeralRange {
  return Number.isInteger(range?.firstPort) && Number.isInteger(range?.lastPort);
}

/** A line of the dictionary is `"443/tcp": "https"`: both are strings of JSON. */
function toNames(dictionary: string, ranges: readonly EphemeralRange[]): Names {
  const byPort = new Map<string, string>();
  for (const line of dictionary.split('\n')) {
    const [, port, name] = /^"(\d{1,5}\/[a-z]{1,8})": (".*")$/.exec(line) ?? [];
    if (port !== undefined && name !== undefined) byPort.set(port, readName(name));
  }
  return { byPort, ephemeral: ranges.filter(({ system, current }) => current && CLIENTS.includes(system)) };
}

/** Control characters would take over the terminal, and lines are copied byte by byte. */
function readName(text: string): string {
  try {
    const name = (JSON.parse(text) as string).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
    return Buffer.from(name, 'utf8').toString('latin1');
  } catch (error) {
    throw new RegistryError('unavailable', 'Cannot read the names of the server: expected a dictionary', {
      cause: error,
    });
  }
}
