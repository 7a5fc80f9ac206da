import { readFileSync } from 'node:fs';
import { nearest } from '../registry/values/nearest.ts';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import type { Given, GivenValue } from './given.ts';
import { SETTABLE_NAMES } from './settings.ts';

/**
 * Reads a file of settings: YAML, one `NAME: value` a line. A list stands for its items with commas between, and a name
 * without a value counts as not set.
 *
 * @param path - The file.
 * @throws {RegistryError} `invalid_argument` with file and line, for a file that cannot be read, is no such YAML, or has
 *   a name that is no setting; the nearest one is named.
 */
export async function givenByFile(path: string): Promise<Given> {
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  // Nothing but text: a setting reads its value itself, the same from each source.
  const options = { schema: 'failsafe', lineCounter: lines, prettyErrors: false } as const;
  const { contents, errors, warnings } = parseDocument(readText(path), options);
  const lineOf = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
  const [fault] = [...errors, ...warnings];
  if (fault !== undefined) throw faulty(path, lineOf(fault.pos[0]), `${fault.message}`);
  const given = new Map<string, GivenValue>();
  if (contents === null || (isScalar(contents) && contents.value === '')) return given;
  if (!isMap(contents)) throw faulty(path, lineOf(contents.range?.[0]), 'expected lines such as PORT: 7605');
  for (const { key, value } of contents.items) {
    const node = isScalar(key) ? key : undefined;
    const line = lineOf(node?.range?.[0]);
    const name = String(node?.value ?? '');
    if (!SETTABLE_NAMES.includes(name)) throw faulty(path, line, unknownSetting(name));
    const parts = isSeq(value) ? value.items : [value];
    const texts = parts.map((part) => (part === null ? '' : isScalar(part) ? String(part.value) : undefined));
    if (texts.includes(undefined)) throw faulty(path, line, `Setting ${name}: expected a value, or a list of values`);
    const text = texts.join(', ');
    if (text !== '') given.set(name, { text, source: 'file', place: `${path}, line ${line}` });
  }
  return given;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    const message = `Cannot read the file of settings ${quoteInput(path)}: ${reason}`;
    throw new RegistryError('invalid_argument', message, { cause: error });
  }
}

function faulty(path: string, line: number, what: string): RegistryError {
  return new RegistryError('invalid_argument', `${path}, line ${line}: ${what}`);
}

function unknownSetting(name: string): string {
  const [meant] = nearest(name, SETTABLE_NAMES, 1);
  const hint = meant === undefined ? 'portolan config lists all that there are' : `did you mean ${meant}?`;
  return `Unknown setting ${quoteInput(name)}: ${hint}`;
}
