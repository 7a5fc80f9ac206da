import { OWN_FIRST, parseOrigins } from '../../../registry/report/preferred-origins.ts';
import { readCsvStream } from '../../../sources/csv-stream.ts';
import { socketParser } from '../../../sources/sockets/socket-parser.ts';
import type { Encoding } from '../../../sources/text-encoding.ts';
import { annotateCsv } from '../../../text/annotate/csv-table.ts';
import { annotateJsonLines } from '../../../text/annotate/json-lines.ts';
import { annotateKnownJson } from '../../../text/annotate/known-json.ts';
import { annotateNmapXml } from '../../../text/annotate/nmap.ts';
import type { Names } from '../../../text/annotate/port-names.ts';
import { annotateSockets } from '../../../text/annotate/sockets.ts';
import type { AnnotateInput } from '../../terminal/annotate-input.ts';
import { decodeInput } from '../../terminal/decode-input.ts';
import { EXIT } from '../../terminal/exit.ts';
import { linesOf } from '../../terminal/lines.ts';
import { printPieces } from '../../terminal/print.ts';
import type { AnswerSource } from '../query.ts';
import { bytesOf, namesFromDatabase, namesFromServer, textOf } from './port-names.ts';

/** The format of standard input, and what is read and written. */
export interface AnnotateRequest {
  readonly input: AnnotateInput;
  /** The field or column with the port; null for the other formats. */
  readonly port: string | null;
  /** The field or column with the protocol; null for the usual names. */
  readonly protocol: string | null;
  /** The name of the field or column that is added. */
  readonly as: string;
  /** The encoding; null for text that contains ASCII, or UTF-16 where the input shows it. */
  readonly encoding: Encoding | null;
  /** The preferred origins of names, separated by commas; undefined for own entries first. */
  readonly prefer: string | undefined;
}

/**
 * Copies standard input to standard output, and adds port names to each line that contains ports.
 *
 * @param source - Where the names come from.
 * @param request - The format.
 * @throws {RegistryError} As `printResource`. The exit code is 1 when no line contains a port.
 */
export async function annotate(source: AnswerSource, request: AnnotateRequest): Promise<void> {
  const preferred = request.prefer === undefined ? OWN_FIRST : parseOrigins(request.prefer, 'prefer');
  const names =
    'server' in source ? await namesFromServer(source, preferred) : await namesFromDatabase(source, preferred);
  const input = decodeInput(process.stdin, request.encoding);
  if (request.input === 'csv') await annotateTable(names, input, request);
  else if (request.input === 'ndjson') await annotateObjects(names, input, request);
  else await annotateLines(names, input, request);
}

async function annotateTable(names: Names, input: AsyncIterable<Uint8Array>, request: AnnotateRequest): Promise<void> {
  const columns = {
    port: bytesOf(request.port ?? ''),
    protocol: request.protocol === null ? null : bytesOf(request.protocol),
    name: bytesOf(request.as),
  };
  const counts = { records: 0, ports: 0 };
  await printPieces(annotateCsv(names, readCsvStream(input, 'standard input'), columns, textOf, counts));
  if (counts.records > 0 && counts.ports === 0) fail(`the column "${request.port}" has no port: ${EXPECTED_PORT}`);
}

async function annotateObjects(
  names: Names,
  input: AsyncIterable<Uint8Array>,
  request: AnnotateRequest,
): Promise<void> {
  const fields = {
    port: bytesOf(request.port ?? ''),
    protocol: request.protocol === null ? null : bytesOf(request.protocol),
    name: bytesOf(request.as),
  };
  const counts = { found: 0, ports: 0, taken: 0 };
  await printPieces(linesOf(input, annotateJsonLines(names, fields, counts)));
  if (counts.found === 0) {
    fail(`no line has the field "${request.port}": expected a JSON object with this field in each line`);
  } else if (counts.ports === 0) {
    fail(`the field "${request.port}" has no port in any line: ${EXPECTED_PORT}`);
  } else if (counts.taken > 0) {
    const [lines, stay] = counts.taken === 1 ? ['1 line has', 'stays'] : [`${counts.taken} lines have`, 'stay'];
    fail(`${lines} the field "${request.as}" already and ${stay} unchanged: choose another name with --as`);
  }
}

async function annotateLines(names: Names, input: AsyncIterable<Uint8Array>, request: AnnotateRequest): Promise<void> {
  const sockets = annotateSockets(names, socketParser());
  const xml = annotateNmapXml(names);
  const json = annotateKnownJson(names, bytesOf(request.as));
  let found = 0;
  const apply = (line: string): string => {
    const annotate = line.includes('<port ') ? xml : /^\s*\{/.test(line) ? json : sockets;
    const annotated = annotate(line);
    if (annotated !== line) found++;
    return annotated;
  };
  await printPieces(linesOf(input, apply));
  if (found === 0) fail(`no line has a port: expected ${EXPECTED}`);
}

/** The formats of a port in a field or cell, for messages. */
const EXPECTED_PORT = 'expected a port such as 443, 0x1bb or 443/tcp';

/** The formats of lines, for the message. */
const EXPECTED =
  'the output of a tool such as ss, netstat, lsof, nmap or docker ps; for other JSON lines and CSV see portolan annotate --help';

function fail(sentence: string): void {
  process.exitCode = EXIT.failed;
  console.error(`portolan: ${sentence}`);
}
