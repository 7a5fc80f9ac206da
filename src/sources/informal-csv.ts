import {
  type Association,
  CATEGORIES,
  CONFIDENCES,
  NO_OWN_DETAILS,
  OWN_ID_PREFIX,
} from '../registry/rows/association.ts';
import { CHECK_QUESTIONS, type CheckCommand } from '../registry/rows/check-command.ts';
import type { EphemeralRange } from '../registry/rows/ephemeral-range.ts';
import type { OtherName } from '../registry/rows/other-name.ts';
import { EVIDENCE, PROMINENCES, type Prominence, type ServiceProminence } from '../registry/rows/prominence.ts';
import type { PortSpan } from '../registry/values/port-range.ts';
import type { Reference } from '../registry/values/reference.ts';
import { quoteInput } from '../registry/values/registry-error.ts';
import { TRANSPORT_PROTOCOLS } from '../registry/values/transport-protocol.ts';
import { failAt, parseCsv, type SourceFile } from './csv-table.ts';
import { parsePortCell } from './port-cell.ts';

/** A port to which browsers do not connect. */
export interface BlockedPort {
  /** A port number, 0-65535. */
  readonly port: number;
  /** The name of the service in the Fetch standard; null for none. */
  readonly name: string | null;
}

/** Ids of informal uses: they do not begin with `OWN_ID_PREFIX`, as those of own entries do. */
const INFORMAL_ID = /^(?!own-)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Other names: one line, no blank at either end. */
const OTHER_NAME = /^(?! )[^\p{C}\p{Zl}\p{Zp}]+(?<! )$/u;

/**
 * Reads `associations.csv`: one informal use in each row.
 *
 * @param file - The file.
 * @throws {RegistryError} `invalid_argument`, with file, line and column, at the first invalid cell.
 */
export async function* readAssociations(file: SourceFile): AsyncGenerator<Association> {
  const columns = 'id,name,used_by,first_port,last_port,protocols,category,confidence,prominence,note,sources';
  for await (const cell of cellsOf(file, columns)) {
    yield {
      id: cell.matching(
        'id',
        INFORMAL_ID,
        `small letters, digits and single hyphens, not beginning with ${OWN_ID_PREFIX}`,
      ),
      name: cell.filled('name'),
      usedBy: cell.optional('used_by'),
      ...cell.ports(),
      protocols: cell.several('protocols', TRANSPORT_PROTOCOLS),
      category: cell.oneOf('category', CATEGORIES),
      confidence: cell.oneOf('confidence', CONFIDENCES),
      prominence: cell.prominence(),
      origin: 'informal',
      note: cell.optional('note'),
      sources: cell.references('sources'),
      ...NO_OWN_DETAILS,
    };
  }
}

/** Reads `ephemeral-ranges.csv`: one version of an operating system in each row. Errors as for `readAssociations`. */
export async function* readEphemeralRanges(file: SourceFile): AsyncGenerator<EphemeralRange> {
  const columns = 'system,title,version,current,first_port,last_port,how_to_read,how_to_change,note,source';
  for await (const cell of cellsOf(file, columns)) {
    yield {
      system: cell.matching('system', /^[a-z0-9]+$/, 'small letters and digits'),
      title: cell.filled('title'),
      ...cell.ports(),
      version: cell.optional('version'),
      current: cell.oneOf('current', ['yes', 'no']) === 'yes',
      howToRead: cell.optional('how_to_read'),
      howToChange: cell.optional('how_to_change'),
      note: cell.optional('note'),
      source: cell.references('source')[0] ?? cell.fail('source', 'Title <https://…>'),
    };
  }
}

/** Reads `check-commands.csv`: one command with `{port}` in each row. Errors as for `readAssociations`. */
export async function* readCheckCommands(file: SourceFile): AsyncGenerator<CheckCommand> {
  for await (const cell of cellsOf(file, 'system,tool,questions,command,needs_root')) {
    yield {
      system: cell.matching('system', /^[a-z0-9]+$/, 'small letters and digits'),
      tool: cell.filled('tool'),
      command: cell.matching('command', /\{port\}/, 'a command with {port} in it'),
      needsRoot: cell.oneOf('needs_root', ['yes', 'no']) === 'yes',
      questions: cell.several('questions', CHECK_QUESTIONS),
    };
  }
}

/** Reads `blocked-by-browsers.csv`: one port in each row. Errors as for `readAssociations`. */
export async function* readBlockedPorts(file: SourceFile): AsyncGenerator<BlockedPort> {
  for await (const cell of cellsOf(file, 'port,name')) {
    yield { port: cell.port('port'), name: cell.optional('name') };
  }
}

/** Reads `names.csv`: one other name of a port in each row. Errors as for `readAssociations`. */
export async function* readOtherNames(file: SourceFile): AsyncGenerator<OtherName> {
  for await (const cell of cellsOf(file, 'name,port,protocols,place,sources')) {
    yield {
      name: cell.matching('name', OTHER_NAME, 'a text of one line without blanks around it'),
      port: cell.port('port'),
      protocols: cell.several('protocols', TRANSPORT_PROTOCOLS),
      place: Number(cell.matching('place', /^[1-9][0-9]?$/, 'a number from 1 to 99')),
      sources: cell.references('sources'),
    };
  }
}

/** Reads `prominence.csv`: one service, port and protocol in each row. Errors as for `readAssociations`. */
export async function* readProminence(file: SourceFile): AsyncGenerator<ServiceProminence> {
  for await (const cell of cellsOf(file, 'service_name,port,protocol,prominence,evidence,sources')) {
    yield {
      serviceName: cell.filled('service_name'),
      port: cell.portOrRange('port').firstPort,
      protocol: cell.oneOf('protocol', TRANSPORT_PROTOCOLS),
      prominence: cell.prominence(),
      evidence: cell.several('evidence', EVIDENCE, ' '),
      sources: cell.references('sources'),
    };
  }
}

async function* cellsOf(file: SourceFile, columns: string): AsyncGenerator<RecordReader> {
  const names = columns.split(',');
  for await (const { line, cells } of parseCsv(
    file,
    names.map((name) => [name]),
  )) {
    yield new RecordReader(file, line, new Map(names.map((name, index) => [name, cells[index] ?? ''])));
  }
}

/** A parser of the cells of one record, by the header of their column. Its methods throw for invalid cells. */
class RecordReader {
  readonly #file: SourceFile;
  readonly #line: number;
  readonly #cells: ReadonlyMap<string, string>;

  constructor(file: SourceFile, line: number, cells: ReadonlyMap<string, string>) {
    this.#file = file;
    this.#line = line;
    this.#cells = cells;
  }

  optional(column: string): string | null {
    return this.#cells.get(column) || null;
  }

  filled(column: string): string {
    return this.optional(column) ?? this.fail(column, 'some text');
  }

  matching(column: string, pattern: RegExp, expectation: string): string {
    const text = this.filled(column);
    return pattern.test(text) ? text : this.fail(column, expectation);
  }

  oneOf<T extends string>(column: string, words: readonly T[]): T {
    return words.find((word) => word === this.#cells.get(column)) ?? this.fail(column, `one of ${words.join(', ')}`);
  }

  several<T extends string>(column: string, words: readonly T[], separator = '|'): T[] {
    const written = this.filled(column).split(separator);
    const found = words.filter((word) => written.includes(word));
    const between = separator === ' ' ? 'a blank' : separator;
    return found.length === written.length ? found : this.fail(column, `${words.join(', ')}, with ${between} between`);
  }

  prominence(): Prominence {
    const column = 'prominence';
    const value = PROMINENCES.find((one) => String(one) === this.#cells.get(column));
    return value ?? this.fail(column, `one of ${PROMINENCES.join(', ')}`);
  }

  port(column: string): number {
    const span = parsePortCell(this.#cells.get(column) ?? '');
    if (typeof span === 'string' || span.firstPort !== span.lastPort)
      this.fail(column, 'a port number from 0 to 65535');
    return span.firstPort;
  }

  /** Parses a port, or a range as IANA writes it. */
  portOrRange(column: string): PortSpan {
    const span = parsePortCell(this.#cells.get(column) ?? '');
    return typeof span === 'string' ? this.fail(column, 'a port such as 22 or a range such as 6000-6063') : span;
  }

  ports(): PortSpan {
    const span = { firstPort: this.port('first_port'), lastPort: this.port('last_port') };
    return span.firstPort <= span.lastPort ? span : this.fail('last_port', 'no lower port than first_port');
  }

  /** Parses `Title <https://…>`, with ` | ` between several references. */
  references(column: string): Reference[] {
    const cell = this.#cells.get(column) ?? '';
    if (cell === '') return [];
    return cell.split(' | ').map((text) => {
      const [, title, url] = /^([^<>|]+) <(https?:\/\/[^\s<>]+)>$/.exec(text) ?? [];
      if (title === undefined || url === undefined) this.fail(column, 'Title <https://…>, with " | " between several');
      return { title, url };
    });
  }

  fail(column: string, expectation: string): never {
    return failAt(
      this.#file,
      this.#line,
      `expected ${expectation}, got ${quoteInput(this.#cells.get(column) ?? '')}`,
      column,
    );
  }
}
