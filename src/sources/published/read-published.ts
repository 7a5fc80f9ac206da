import { RegistryError } from '../../registry/values/registry-error.ts';
import { readCompose } from './compose-file.ts';
import { type IncludedFiles, readIncludes } from './compose-include.ts';
import { parseEnv, readEnvPorts } from './env-file.ts';
import type { Variables } from './interpolate.ts';
import { readKubernetes } from './kubernetes-manifest.ts';
import type { CheckedFile, PublishedCollector } from './published-collector.ts';
import { readYaml, type YamlNode } from './yaml-document.ts';

/** The largest YAML file, in UTF-16 units: its nodes take up to 500 times as much memory. */
const LARGEST_YAML = 4 * 1024 * 1024;

/** The largest `.env` file, in UTF-16 units. */
const LARGEST_ENV = 1024 * 1024;

/**
 * Returns whether a file has variables, by its name: `.env`, `.env.production`, `web.env`.
 *
 * @param name - The name or the path of the file.
 */
function isEnvFile(name: string): boolean {
  return /(?:^|[/\\])\.env\.[^/\\]*$|\.env$/i.test(name);
}

/**
 * Collects the published ports of a Docker Compose file, of Kubernetes manifests or of a `.env` file.
 *
 * @param file - The file.
 * @param text - Its content.
 * @param variables - The variables that a Docker Compose file uses.
 * @param collector - Receives the ports.
 * @returns The files that a Docker Compose file includes.
 * @throws {RegistryError} `invalid_argument`, with file and line: as `readYaml` and `parseEnv`; for a file that is too large.
 */
export function readPublished(
  file: CheckedFile,
  text: string,
  variables: Variables,
  collector: PublishedCollector,
): IncludedFiles[] {
  collector.start(file);
  if (isEnvFile(file.name)) {
    readEnvPorts(parseVariables(file.name, text), collector);
    return [];
  }
  checkSize(file.name, text, LARGEST_YAML);
  const included: IncludedFiles[] = [];
  let isKnown = false;
  for (const document of readYaml(file.name, text)) {
    const kind = kindOf(document);
    if (kind === 'compose') {
      readCompose(document, variables, collector);
      included.push(...readIncludes(document, variables, collector));
    }
    if (kind === 'kubernetes') readKubernetes(document, collector);
    isKnown ||= kind !== null;
  }
  if (!isKnown) collector.addUnchecked(1, file.name, NOT_KNOWN);
  return included;
}

const NOT_KNOWN =
  'It has no published ports to check: expected services of Docker Compose, or objects of Kubernetes with apiVersion and kind.';

/**
 * Parses a `.env` file.
 *
 * @param name - The name of the file, for errors.
 * @param text - Its content.
 * @throws {RegistryError} As `parseEnv`; `invalid_argument` for a file that is too large.
 */
export function parseVariables(name: string, text: string): ReturnType<typeof parseEnv> {
  checkSize(name, text, LARGEST_ENV);
  return parseEnv(name, text);
}

function kindOf(document: YamlNode): 'compose' | 'kubernetes' | null {
  if (document.get('apiVersion') !== undefined && document.get('kind') !== undefined) return 'kubernetes';
  const isCompose = document.get('services')?.isMap === true || document.get('include') !== undefined;
  return isCompose ? 'compose' : null;
}

function checkSize(name: string, text: string, most: number): void {
  if (text.length <= most) return;
  throw new RegistryError('invalid_argument', `Cannot read ${name}: expected at most ${most / 1024 / 1024} MiB`);
}
