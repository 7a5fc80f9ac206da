import { ANY_NODE } from '../../registry/published/published-port.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { parseHostAddress } from './host-address.ts';
import { interpolate, type Variables } from './interpolate.ts';
import type { PublishedCollector } from './published-collector.ts';
import { parsePublishedRange } from './published-range.ts';

/** A variable of a `.env` file. */
export interface EnvVariable {
  readonly name: string;
  readonly value: string;
  /** Its line, from 1. */
  readonly line: number;
}

/** The longest line and the longest quoted value, in characters. */
const LONGEST_LINE = 16 * 1024;

/** The longest value whose variables are replaced, in characters: a longer one is no port. */
const LONGEST_INTERPOLATED = 1_000;

const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*[=:](.*)$/s;

/**
 * Parses a `.env` file as Docker Compose does: `NAME=value`, quotes, comments and variables of the lines above.
 *
 * @param file - The name of the file, for errors.
 * @param text - The content.
 * @throws {RegistryError} `invalid_argument` with file and line: for a line that is no variable, an open quote and a line that is too
 *   long.
 * @see https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/
 */
export function parseEnv(file: string, text: string): EnvVariable[] {
  const found: EnvVariable[] = [];
  const values = new Map<string, string>();
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = index + 1;
    const stop = (detail: string): never => {
      throw new RegistryError('invalid_argument', `${file}:${line}: ${detail}`);
    };
    const written = (lines[index] ?? '').trim();
    if (written.length > LONGEST_LINE) stop(`expected a line of at most ${LONGEST_LINE} characters`);
    if (written === '' || written.startsWith('#')) continue;
    const [, name, rest = ''] = ASSIGNMENT.exec(written) ?? [];
    // A name alone takes its value from the environment, which is not read.
    if (name === undefined && /^\w+$/.test(written)) continue;
    // The line is not repeated: it may be a part of a secret.
    if (name === undefined) return stop('expected a variable such as PORT=8080');
    const start = rest.trim();
    const [quote = ''] = /^["']/.exec(start) ?? [];
    const quoted = quote === '' ? null : readQuoted(start, quote, lines, index);
    if (quote !== '' && quoted === null) return stop(`expected a closing ${quote}`);
    const plain = quoted?.text ?? withoutComment(start);
    const isPlain = quote === "'" || plain.length > LONGEST_INTERPOLATED;
    const value = isPlain ? plain : interpolate(plain, values).text;
    index = quoted?.lastLine ?? index;
    values.set(name, value);
    found.push({ name, value, line });
  }
  return found;
}

/**
 * Reads a quoted value, which can have several lines.
 *
 * @param start - The value in its first line, with the opening quote.
 * @param quote - The quote.
 * @param lines - All lines.
 * @param firstLine - The index of the first line.
 * @returns The text between the quotes, and the index of the last line; null without a closing quote.
 */
function readQuoted(
  start: string,
  quote: string,
  lines: readonly string[],
  firstLine: number,
): { readonly text: string; readonly lastLine: number } | null {
  let text = start;
  let end = closingQuote(start, quote, 1);
  let lastLine = firstLine;
  while (end < 0) {
    const line = lines[++lastLine];
    if (line === undefined || text.length > LONGEST_LINE) return null;
    const found = closingQuote(line, quote, 0);
    if (found >= 0) end = text.length + 1 + found;
    text += `\n${line}`;
  }
  return { text: text.slice(1, end), lastLine };
}

function closingQuote(text: string, quote: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\' && quote === '"') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

/** Removes the comment of a value: a number sign begins one at the start and after a blank. */
function withoutComment(text: string): string {
  const at = text.startsWith('#') ? 0 : text.search(/[ \t]#/);
  return (at < 0 ? text : text.slice(0, at)).trim();
}

/** The words that replace `PORT` in the name of the variable with the host. */
const HOST_WORDS = ['HOST', 'HOSTNAME', 'ADDRESS', 'ADDR', 'SERVER', 'IP'] as const;

/**
 * Collects the ports of a `.env` file: the variables with the word `PORT` in their name. A variable beside which another one names a
 * different host is the port of a server that the program connects to.
 *
 * @param variables - The variables of the file.
 * @param collector - Receives the ports.
 */
export function readEnvPorts(variables: readonly EnvVariable[], collector: PublishedCollector): void {
  // The last line of a variable counts.
  const last = new Map(variables.map((variable) => [variable.name, variable]));
  const values = new Map(variables.map(({ name, value }) => [name, value]));
  for (const { name, value, line } of last.values()) {
    const words = name.toUpperCase().split(/[_.-]/);
    const at = words.indexOf('PORT');
    if (at < 0) continue;
    const [, addressWord = '', range = '', protocolWord] = PORT_VALUE.exec(value) ?? [];
    const span = parsePublishedRange(range);
    const address = parseHostAddress(addressWord);
    const protocol = collector.protocolOf(protocolWord ?? (words.includes('UDP') ? 'udp' : 'tcp'));
    if (span == null || address === undefined || protocol === null || isOfAnotherHost(name, values)) continue;
    const [nearest] = [words.slice(0, at), words.slice(at + 1)].filter((part) => part.length > 0);
    const otherNames = nearest === undefined ? [] : [nearest.join('-').toLowerCase()];
    const identity = collector.identityOf(`variable ${name}`);
    const place = {
      line,
      setting: 'variable',
      name,
      otherNames,
      identity,
      profiles: [],
      nodeLabels: ANY_NODE,
    } as const;
    collector.addPort({ ...span, protocol, address, ...place });
  }
}

/** A port, also with an address before it or a protocol behind it. */
const PORT_VALUE = /^(?:(\[[0-9a-fA-F:]{2,45}\]|[0-9.]{7,15}):)?([0-9-]{1,11})(?:\/(\w{1,4}))?$/;

function isOfAnotherHost(name: string, values: Variables): boolean {
  return HOST_WORDS.some((word) => {
    const host = values.get(name.replace(/(^|[_.-])PORT(?=$|[_.-])/i, `$1${word}`)) ?? '';
    const address = parseHostAddress(host);
    return address === undefined || (address !== null && address !== '::1' && !address.startsWith('127.'));
  });
}
