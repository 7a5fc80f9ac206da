import { statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { PublishedPorts } from '../../../registry/published/published-port.ts';
import { quoteInput, RegistryError } from '../../../registry/values/registry-error.ts';
import { openSource } from '../../../sources/open-source.ts';
import type { IncludedFiles } from '../../../sources/published/compose-include.ts';
import type { Variables } from '../../../sources/published/interpolate.ts';
import { type CheckedFile, PublishedCollector } from '../../../sources/published/published-collector.ts';
import { parseVariables, readPublished } from '../../../sources/published/read-published.ts';
import { decodeInput } from '../../terminal/decode-input.ts';

/** The most files, included ones too. */
const MOST_FILES = 10_000;

/** The place of standard input. */
const STANDARD_INPUT = '-';

const NONE: Variables = new Map();

/** What files publish, with the files that they include. */
export interface FilesRead extends PublishedPorts {
  /** The files, as the user or a file that includes them named them. */
  readonly files: readonly string[];
}

/** A file to read, with the values of its variables. */
interface PlacedFile {
  readonly place: string;
  readonly file: CheckedFile;
  readonly variables: Variables;
}

/**
 * Reads the published ports of files, and of the files that they include. A file that is named twice is read once: a shell may name it
 * as `a.yaml` and `./a.yaml`.
 *
 * @param places - Paths, or `-` for standard input.
 * @param variablesFile - The file with the variables of Docker Compose; undefined for `.env` beside each file.
 * @throws {RegistryError} As `openSource` and `readPublished`; `invalid_argument` for too many files.
 */
export async function readFiles(places: readonly string[], variablesFile: string | undefined): Promise<FilesRead> {
  return new FileReader(variablesFile).read(places);
}

/** Reads files, each path once. */
class FileReader {
  readonly #variablesFile: string | undefined;
  readonly #collector = new PublishedCollector();
  /** The variables by the absolute path of their file. */
  readonly #variables = new Map<string, Promise<Variables>>();
  /** The absolute paths of the files, or `-`, with their names. */
  readonly #names = new Map<string, string>();

  constructor(variablesFile: string | undefined) {
    this.#variablesFile = variablesFile;
  }

  async read(places: readonly string[]): Promise<FilesRead> {
    const given = places.filter((place) => this.#add(place === STANDARD_INPUT ? place : resolve(place), place));
    for (const place of given) {
      const waiting = [await this.#placeGiven(place)];
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const included = readPublished(next.file, await readText(next.place), next.variables, this.#collector);
        const files: PlacedFile[] = [];
        for (const entry of included) files.push(...(await this.#placeIncluded(entry, next)));
        waiting.unshift(...files);
      }
    }
    return { files: [...this.#names.values()], ...this.#collector.published() };
  }

  /** Returns whether a file is new, and counts it. */
  #add(path: string, name: string): boolean {
    if (this.#names.has(path)) return false;
    this.#names.set(path, path === STANDARD_INPUT ? path : name);
    if (this.#names.size <= MOST_FILES) return true;
    throw new RegistryError('invalid_argument', `Cannot check more files: expected at most ${MOST_FILES}`);
  }

  async #placeGiven(place: string): Promise<PlacedFile> {
    const isInput = place === STANDARD_INPUT;
    const folder = isInput ? process.cwd() : resolve(dirname(place));
    const path = this.#variablesFile ?? join(folder, '.env');
    const hasNone = isInput && this.#variablesFile === undefined;
    const variables = hasNone ? NONE : await this.#variablesOf(path, this.#variablesFile ?? basename(path));
    return { place, file: this.#checked(isInput ? 'standard input' : place, folder, path), variables };
  }

  /** Places included files as Docker Compose does. One that does not exist is unchecked. */
  async #placeIncluded({ line, paths, ...entry }: IncludedFiles, by: PlacedFile): Promise<PlacedFile[]> {
    const base = by.file.folder;
    const places = paths.map((path) => resolve(base, path));
    const folder = entry.folder === null ? dirname(places[0] ?? base) : resolve(base, entry.folder);
    const named = entry.variablesFiles.map((path) => resolve(base, path));
    const variablesFiles = named.length === 0 ? [join(folder, '.env')] : named;
    const missing = [...places, ...named].find((path) => !isFile(path));
    if (missing !== undefined) {
      this.#collector.start(by.file);
      this.#collector.addUnchecked(line, 'include', `Cannot read ${quoteInput(nameOf(missing, by))}: no such file.`);
      return [];
    }
    const added = places.filter((place) => this.#add(place, nameOf(place, by)));
    // A file can include another one thousands of times: its variables are merged once.
    if (added.length === 0) return [];
    const variables = this.#variablesFile === undefined ? await this.#merge(variablesFiles, by) : by.variables;
    const path = this.#variablesFile ?? variablesFiles[0] ?? '';
    return added.map((place) => ({ place, file: this.#checked(nameOf(place, by), folder, path), variables }));
  }

  /** Returns the variables of an included file: those of the file that includes it come first. */
  async #merge(files: readonly string[], by: PlacedFile): Promise<Variables> {
    const lists = await Promise.all([...new Set(files)].map((path) => this.#variablesOf(path, nameOf(path, by))));
    return new Map([...lists, by.variables].flatMap((variables) => [...variables]));
  }

  #checked(name: string, folder: string, variablesPath: string): CheckedFile {
    const variablesName = this.#variablesFile ?? basename(variablesPath);
    return { name, folder, variablesName, variablesFolder: resolve(dirname(variablesPath)) };
  }

  /** Reads the variables of a file, once for all files that use it. A missing `.env` has none. */
  #variablesOf(path: string, name: string): Promise<Variables> {
    const read = async (): Promise<Variables> => {
      if (this.#variablesFile === undefined && !isFile(path)) return NONE;
      const parsed = parseVariables(name, await readText(path));
      return new Map(parsed.map((variable) => [variable.name, variable.value]));
    };
    const variables = this.#variables.get(path) ?? read();
    this.#variables.set(path, variables);
    return variables;
  }
}

/** Returns the name of a file in messages: absolute, or relative to the current folder, as that of the file that includes it. */
function nameOf(path: string, by: PlacedFile): string {
  return isAbsolute(by.file.name) ? path : relative(process.cwd(), path);
}

/** Returns whether a path leads to a file: a device or a pipe may have no end. No file has a path that the system refuses. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function readText(place: string): Promise<string> {
  const { bytes } = await openSource(place, process.stdin);
  const pieces = await Array.fromAsync(decodeInput(Readable.from([bytes]), null));
  return Buffer.concat(pieces).toString('utf8');
}
