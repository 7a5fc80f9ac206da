import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { PublishedPorts } from '../../../registry/published/published-port.ts';
import { RegistryError } from '../../../registry/values/registry-error.ts';
import { openSource } from '../../../sources/open-source.ts';
import type { Variables } from '../../../sources/published/interpolate.ts';
import { PublishedCollector } from '../../../sources/published/published-collector.ts';
import { parseVariables, readPublished } from '../../../sources/published/read-published.ts';
import { decodeInput } from '../../terminal/decode-input.ts';

/** The most files. */
const MOST_FILES = 10_000;

/** The place of standard input. */
const STANDARD_INPUT = '-';

/**
 * Returns the places of different files: a shell may name a file twice, as `a.yaml` and `./a.yaml`.
 *
 * @param places - Paths, or `-` for standard input.
 */
export function distinctPlaces(places: readonly string[]): string[] {
  const byPath = new Map<string, string>();
  for (const place of places) {
    const path = place === STANDARD_INPUT ? place : resolve(place);
    if (!byPath.has(path)) byPath.set(path, place);
  }
  return [...byPath.values()];
}

/**
 * Reads the published ports of files.
 *
 * @param places - From `distinctPlaces`.
 * @param variablesFile - The file with the variables of Docker Compose; undefined for `.env` beside each file.
 * @throws {RegistryError} As `openSource` and `readPublished`.
 */
export async function readFiles(places: readonly string[], variablesFile: string | undefined): Promise<PublishedPorts> {
  if (places.length > MOST_FILES) {
    throw new RegistryError('invalid_argument', `Cannot check ${places.length} files: expected at most ${MOST_FILES}`);
  }
  const collector = new PublishedCollector();
  const known = new Map<string, Promise<Variables>>();
  for (const place of places) {
    const isInput = place === STANDARD_INPUT;
    const folder = isInput ? process.cwd() : resolve(dirname(place));
    const variablesPath = variablesFile ?? join(folder, '.env');
    const variables =
      isInput && variablesFile === undefined ? NONE : await variablesOf(variablesPath, variablesFile, known);
    const file = {
      name: isInput ? 'standard input' : place,
      folder,
      variablesName: variablesFile ?? '.env',
      variablesFolder: resolve(dirname(variablesPath)),
    };
    readPublished(file, await readText(place), variables, collector);
  }
  return collector.published();
}

const NONE: Variables = new Map();

/** Reads the variables of a file, once for all files that use it. A missing `.env` has none. */
function variablesOf(
  path: string,
  variablesFile: string | undefined,
  known: Map<string, Promise<Variables>>,
): Promise<Variables> {
  const read = async (): Promise<Variables> => {
    if (variablesFile === undefined && !existsSync(path)) return NONE;
    const parsed = parseVariables(variablesFile ?? basename(path), await readText(path));
    return new Map(parsed.map(({ name, value }) => [name, value]));
  };
  const variables = known.get(path) ?? read();
  known.set(path, variables);
  return variables;
}

async function readText(place: string): Promise<string> {
  const { bytes } = await openSource(place, process.stdin);
  const pieces = await Array.fromAsync(decodeInput(Readable.from([bytes]), null));
  return Buffer.concat(pieces).toString('utf8');
}
