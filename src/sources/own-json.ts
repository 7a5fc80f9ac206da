import { isUtf8 } from 'node:buffer';
import type * as Yaml from 'yaml';
import { SERVER_FIELD_NAMES } from '../registry/own/own-fields.ts';
import { isDeeper } from '../registry/values/json-depth.ts';
import { quoteValue, RegistryError } from '../registry/values/registry-error.ts';
import type { SourceFile } from './csv-table.ts';
import type { RawOwnRow } from './own-row.ts';

/**
 * The most levels of nesting. A list of entries has five. The YAML parser is recursive: deep nesting overflows the
 * stack.
 */
const DEEPEST = 32;

/**
 * Parses a JSON array of own entries, or a list as `GET /associations` returns it.
 *
 * @param file - The file.
 * @throws {RegistryError} `invalid_argument`, with file, line and column, for anything else.
 */
export async function parseOwnJson(file: SourceFile): Promise<RawOwnRow[]> {
  const text = file.bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (!isUtf8(file.bytes)) fail(file, 'line 1', 'expected UTF-8, got invalid bytes');
  const content = parseJson(file, text);
  if (isDeeper(content, DEEPEST)) fail(file, 'line 1', `expected JSON of at most ${DEEPEST} levels`);
  const isList = typeof content === 'object' && content !== null && 'results' in content;
  const items = isList ? content.results : content;
  if (!Array.isArray(items)) return fail(file, 'line 1', 'expected a JSON array of entries');
  // Imported on demand: it loads 72 files, which would delay every start of the server.
  const locateEntry = createLocator(text, isList ? ['results'] : [], await import('yaml'));
  return items.map((item: unknown, index) => {
    const locate = (field?: string) => locateEntry(index, field);
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      return fail(file, locate(), `expected an object, got ${quoteValue(item)}`);
    }
    const { id } = item as { readonly id?: unknown };
    // An export has the fields that the server sets; an import ignores them.
    const fields = Object.entries(item).filter(([name]) => !SERVER_FIELD_NAMES.includes(name));
    return { id: typeof id === 'string' ? id : null, fields: Object.fromEntries(fields), initial: {}, locate };
  });
}

function parseJson(file: SourceFile, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    const [, line = '1', column = '1'] = /line (\d+) column (\d+)/.exec(message) ?? [];
    return fail(file, `line ${line}, column ${column}`, 'expected JSON');
  }
}

/**
 * Returns a function that locates entries and fields by line and column. It uses the YAML parser, which reports
 * positions: JSON is YAML. The text is parsed at the first call.
 */
function createLocator(
  text: string,
  root: readonly string[],
  yaml: typeof Yaml,
): (index: number, field?: string) => string {
  let find: ((path: readonly unknown[]) => string | undefined) | undefined;
  return (index, field) => {
    find ??= createPathLocator(text, yaml);
    const entry = [...root, index];
    return (field === undefined ? undefined : find([...entry, field])) ?? find(entry) ?? `entry ${index + 1}`;
  };
}

function createPathLocator(
  text: string,
  { LineCounter, parseDocument }: typeof Yaml,
): (path: readonly unknown[]) => string | undefined {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: false, version: '1.2' });
  return (path) => {
    const node = document.getIn(path, true) as { readonly range?: readonly [number, number, number] } | undefined;
    if (node?.range === undefined) return undefined;
    const { line, col } = lineCounter.linePos(node.range[0]);
    return `line ${line}, column ${col}`;
  };
}

function fail(file: SourceFile, place: string, detail: string): never {
  throw new RegistryError('invalid_argument', `Cannot import ${file.name}: ${place}: ${detail}`);
}
