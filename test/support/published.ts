import { formatSpan } from '../../src/registry/values/port-range.ts';
import { PublishedCollector } from '../../src/sources/published/published-collector.ts';
import { readPublished } from '../../src/sources/published/read-published.ts';

const FILE = { folder: '/p', variablesName: '.env', variablesFolder: '/p' };

/**
 * Reads files of one folder, without values of variables.
 *
 * @param files - Their contents by name.
 */
export function readFolder(files: Readonly<Record<string, string>>) {
  const collector = new PublishedCollector();
  for (const [name, text] of Object.entries(files)) readPublished({ name, ...FILE }, text, new Map(), collector);
  return collector.published();
}

/**
 * Reads a file, and returns one line for each published port and each part that is unchecked.
 *
 * @param text - The content.
 * @param name - The name of the file.
 */
export function readLines(text: string, name = 'compose.yaml'): string[] {
  const { ports, unchecked } = readFolder({ [name]: text });
  const lines = ports.map(
    (port) => `${port.line} ${port.setting} ${port.name} ${port.address ?? '*'} ${formatSpan(port)}/${port.protocol}`,
  );
  return [...lines, ...unchecked.map(({ line, name, detail }) => `${line} ${name}: ${detail}`)];
}

/**
 * Returns a file of Docker Compose with one published port.
 *
 * @param port - The port, in YAML.
 */
export function composeWith(port: string): string {
  return `services:\n  web:\n    ports:\n      - ${port}\n`;
}
