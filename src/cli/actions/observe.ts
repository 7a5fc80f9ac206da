import { Readable } from 'node:stream';
import { parseHostName } from '../../registry/observed/host-name.ts';
import { type ObservedSnapshot, observationsAreNotShared } from '../../registry/observed/observation.ts';
import { toSeenSockets } from '../../registry/observed/snapshot.ts';
import { checkSnapshotText, parseSnapshotRequest } from '../../rest/write/snapshots.ts';
import { openSource } from '../../sources/open-source.ts';
import { parseSnapshot } from '../../sources/sockets/parse-snapshot.ts';
import { decodeInput } from '../terminal/decode-input.ts';
import { escapeControls } from '../terminal/terminal-text.ts';
import { putFile, type RemoteServer } from './fetch-from-server.ts';
import type { LocalSource } from './local-source.ts';
import { writeTo } from './write-source.ts';

/**
 * Stores the sockets of a host, and prints how many there are.
 *
 * @param target - The server or the database.
 * @param place - A path, a web address, or `-` for standard input.
 * @param host - The name of the host.
 * @param query - The query parameters of `PUT /observations/{host}`.
 * @throws {RegistryError} As `parseSnapshotRequest`, `parseSnapshot` and `OwnRegistry.observe`; as `putFile`.
 */
export async function observe(
  target: RemoteServer | LocalSource,
  place: string,
  host: string,
  query: URLSearchParams,
): Promise<void> {
  const name = parseHostName(host);
  const request = parseSnapshotRequest(name, new Map(query));
  const { bytes } = await openSource(place, process.stdin);
  const pieces = await Array.fromAsync(decodeInput(Readable.from([bytes]), null));
  const text = Buffer.concat(pieces);
  const stored =
    'server' in target
      ? ((await putFile(target, `/observations/${name}?${query}`, 'text/plain', text)) as ObservedSnapshot)
      : await store(target, text.toString('utf8'), request);
  const { sockets, appeared, gone } = stored;
  console.log(escapeControls(`${stored.host}: ${sockets} listening sockets, ${appeared} new, ${gone} gone`));
}

async function store(
  source: LocalSource,
  text: string,
  { udp, mayBeEmpty, ...snapshot }: ReturnType<typeof parseSnapshotRequest>,
): Promise<ObservedSnapshot> {
  if (source.shared !== '') throw observationsAreNotShared();
  checkSnapshotText(text, mayBeEmpty);
  const sockets = toSeenSockets(await parseSnapshot(text, async (step) => step()), udp);
  return writeTo(source, ({ writes }) => writes.observe({ ...snapshot, sockets }, source.observations));
}
