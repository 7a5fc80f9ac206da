import { readFileSync } from 'node:fs';
import { nearest } from '../registry/values/nearest.ts';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import type { Given, GivenValue } from './given.ts';
import { SETTABLE_NAMES } from './settings.ts';

/**
 * Reads a YAML file of settings, one `NAME: value` per line. The items of a list are joined with commas. A name without a
 * value counts as not set.
 *
 * @param path - The file.
 * @throws {RegistryError} `invalid_argument` with file and line, when the file cannot be read or parsed, or has an unknown
 *   name; the message suggests the nearest setting.
 */
export async function givenByFile(path: string): Promise<Given> {
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  // The failsafe schema returns text only: each setting parses its own text, the same from each source.
  const options = { schema: 'failsafe', lineCounter: lines, prettyErrors: false } as const;
  const { contents, errors, warnings } = parseDocument(readText(path), options);
  const lineOf = (offset: number | undefined): number => lines.linePos(offset ?? 0).line;
  const [fault] = [...errors, ...warnings];
  if (fault !== undefined) throw fileError(path, lineOf(fault.pos[0]), `${fault.message}`);
  const given = new Map<string, GivenValue>();
  if (contents === null || (isScalar(contents) && contents.value === '')) return given;
  if (!isMap(contents)) throw fileError(path, lineOf(contents.range?.[0]), 'expected lines such as PORT: 7605');
  for (const { key, value } of contents.items) {
    const node = isScalar(key) ? key : undefined;
    const line = lineOf(node?.range?.[0]);
    const name = String(node?.value ?? '');
    if (!SETTABLE_NAMES.includes(name)) throw fileError(path, line, unknownSetting(name));
    const parts = isSeq(value) ? value.items : [value];
    const texts = parts.map((part) => (part === null ? '' : isScalar(part) ? String(part.value) : undefined));
    if (texts.includes(undefined))
      throw fileError(path, line, `Setting ${name}: expected a value, or a list of values`);
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

function fileError(path: string, line: number, detail: string): RegistryError {
  return new RegistryError('invalid_argument', `${path}, line ${line}: ${detail}`);
}

function unknownSetting(name: string): string {
  const [meant] = nearest(name, SETTABLE_NAMES, 1);
  const hint = meant === undefined ? 'portolan config lists all settings' : `did you mean ${meant}?`;
  return `Unknown setting ${quoteInput(name)}: ${hint}`;
}
