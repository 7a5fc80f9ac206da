import type { SnapshotSource } from '../../registry/observed/snapshot.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import { parseDockerPs } from './docker-ps.ts';
import { parseKubernetesList } from './kubernetes-list.ts';
import { parseListenPortsFacts } from './listen-ports-facts.ts';
import { parseNmapXml } from './nmap-xml.ts';
import type { ParsedSnapshot } from './parsed-snapshot.ts';
import { parseSocketLines } from './socket-lines.ts';

/** The parsers of the sources that see all ports of a host. */
const PARSERS = {
  sockets: parseSocketLines,
  docker: parseDockerPs,
  kubernetes: parseKubernetesList,
  ansible: parseListenPortsFacts,
} as const;

/**
 * Parses a snapshot of one host. Refuses it as a whole if any part of it cannot be read.
 *
 * @param source - The source of the text.
 * @param text - The whole text.
 * @param run - Runs the steps.
 * @throws {RegistryError} `invalid_argument`, with the place of the fault.
 */
export async function parseSnapshot(source: SnapshotSource, text: string, run: RunStep): Promise<ParsedSnapshot> {
  if (source === 'nmap') return parseNmapXml(text, run);
  // With `empty=true`, a host without containers or sockets has an empty text.
  const sockets = text.trim() === '' ? [] : await PARSERS[source](text, run);
  return { sockets, scanned: null };
}
