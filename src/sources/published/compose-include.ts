import { quoteInput } from '../../registry/values/registry-error.ts';
import { interpolate, type Variables } from './interpolate.ts';
import type { PublishedCollector } from './published-collector.ts';
import type { YamlNode } from './yaml-document.ts';

/** An entry of `include`: a file of Docker Compose, with the files that override it. All paths may be relative. */
export interface IncludedFiles {
  readonly line: number;
  /** At least one. */
  readonly paths: readonly string[];
  /** The folder of their project; null for that of the first file. */
  readonly folder: string | null;
  /** The files with their variables; empty for `.env` in the folder of their project. */
  readonly variablesFiles: readonly string[];
}

/** The start of an address of a file in a Git repository or a registry of containers. */
const REMOTE = /^(?:[a-z][a-z0-9+.-]{1,20}:\/\/|git@)/i;

/**
 * Reads the files that a Docker Compose file includes. An entry that cannot be read is unchecked.
 *
 * @param root - The document.
 * @param variables - The variables of the `.env` file.
 * @param collector - Receives the entries that are unchecked.
 * @see https://docs.docker.com/reference/compose-file/include/
 */
export function readIncludes(root: YamlNode, variables: Variables, collector: PublishedCollector): IncludedFiles[] {
  const include = root.get('include');
  if (include === undefined) return [];
  const unchecked = (line: number, detail: string): [] => {
    collector.addUnchecked(line, 'include', detail);
    return [];
  };
  if (!include.isList) return unchecked(include.line, 'Cannot read the included files: expected a list of paths.');
  return [...include.items()].flatMap((item) => {
    const { line } = item;
    const texts = (node: YamlNode | undefined): string[] =>
      [node, ...(node?.items() ?? [])].flatMap((part) => part?.text ?? []);
    const expanded = [item.get('path') ?? item, item.get('project_directory'), item.get('env_file')].map((node) =>
      texts(node).map((text) => interpolate(text, variables)),
    );
    const [missing] = expanded.flat().flatMap((one) => one.missing);
    if (missing !== undefined)
      return unchecked(line, `Cannot read the included file: the variable ${missing} has no value.`);
    const [paths = [], [folder = null] = [], variablesFiles = []] = expanded.map((list) =>
      list.map(({ text }) => text),
    );
    if (paths.length === 0 || paths.includes(''))
      return unchecked(line, 'Cannot read the included file: expected a path.');
    const remote = paths.find((path) => REMOTE.test(path));
    if (remote !== undefined)
      return unchecked(line, `The included file ${quoteInput(remote)} is not on this machine: it is not read.`);
    return [{ line, paths, folder, variablesFiles }];
  });
}
