import { Readable } from 'node:stream';
import { parseHostName } from '../../registry/observed/host-name.ts';
import type { ObservedSnapshot } from '../../registry/observed/observation.ts';
import { toSeenSockets } from '../../registry/observed/seen-sockets.ts';
import { RegistryError } from '../../registry/values/registry-error.ts';
import { runAtOnce } from '../../registry/values/run-step.ts';
import {
  checkListening,
  checkSnapshotText,
  parseSnapshotRequest,
  type SnapshotRequest,
} from '../../rest/write/snapshots.ts';
import { openSource } from '../../sources/open-source.ts';
import { splitNmapXml } from '../../sources/snapshots/nmap-xml.ts';
import { parseSnapshot } from '../../sources/snapshots/parse-snapshot.ts';
import { refuseSnapshot } from '../../sources/snapshots/parsed-snapshot.ts';
import { decodeInput } from '../terminal/decode-input.ts';
import { escapeControls } from '../terminal/terminal-text.ts';
import { putFile, type RemoteServer } from './fetch-from-server.ts';
import type { LocalSource } from './local-source.ts';
import { withNode, writeTo } from './write-source.ts';

/**
 * Stores the sockets of a host, and prints how many there are. A scan of nmap may have several hosts: each is a snapshot. Hosts
 * that were not scanned are left out, with a line on standard error.
 *
 * @param target - The server or the database.
 * @param place - A path, a web address, or `-` for standard input.
 * @param host - The name of the host; undefined for the names in a scan of nmap.
 * @param query - The query parameters of `PUT /observations/{host}`.
 * @throws {RegistryError} As `parseSnapshotRequest`, `parseSnapshot`, `splitNmapXml` and `OwnRegistry.observe`; as `putFile`.
 */
export async function observe(
  target: RemoteServer | LocalSource,
  place: string,
  host: string | undefined,
  query: URLSearchParams,
): Promise<void> {
  const given = host === undefined ? null : parseHostName(host);
  const { source } = parseSnapshotRequest(given ?? 'host', new Map(query));
  if (given === null && source !== 'nmap') throw hostIsMissing();
  const { bytes } = await openSource(place, process.stdin);
  const pieces = await Array.fromAsync(decodeInput(Readable.from([bytes]), null));
  const text = Buffer.concat(pieces);
  const snapshots = given === null ? await snapshotsOfScan(text.toString('utf8')) : [{ name: given, text }];
  for (const { name, text: written } of snapshots) {
    const stored =
      'server' in target
        ? ((await putFile(target, `/observations/${name}?${query}`, 'text/plain', written)) as ObservedSnapshot)
        : await store(target, written.toString('utf8'), parseSnapshotRequest(name, new Map(query)));
    const { sockets, appeared, gone } = stored;
    const count = `${sockets} listening ${sockets === 1 ? 'socket' : 'sockets'}`;
    console.log(escapeControls(`${stored.host}: ${count}, ${appeared} new, ${gone} gone`));
  }
}

function hostIsMissing(): RegistryError {
  const message = 'Cannot store a snapshot without the name of its host: expected --host, or --source nmap';
  return new RegistryError('invalid_argument', message, { parameter: 'host' });
}

/** Splits a scan of nmap by host. */
async function snapshotsOfScan(text: string): Promise<{ name: string; text: Buffer }[]> {
  const hosts = await splitNmapXml(text, runAtOnce);
  const scanned = hosts.filter(({ fault }) => fault === null);
  for (const { name, fault } of hosts)
    if (fault !== null) console.error(escapeControls(`${name}: not stored, ${fault}`));
  if (scanned.length === 0) refuseSnapshot('the scan', null, 'expected a host that is up');
  return scanned.map(({ name, text: written }) => ({ name, text: Buffer.from(written) }));
}

async function store(target: LocalSource, text: string, request: SnapshotRequest): Promise<ObservedSnapshot> {
  const { udp, mayBeEmpty, ...snapshot } = request;
  checkSnapshotText(text, mayBeEmpty);
  const { sockets, scanned } = await parseSnapshot(snapshot.source, text, runAtOnce);
  checkListening(request, sockets);
  const seen = await toSeenSockets(sockets, udp, target.observations.rows, runAtOnce);
  const whole = { ...snapshot, sockets: seen, scanned };
  if (target.shared !== '') return withNode(target, (node) => node.observe(whole, target.observations));
  return writeTo(target, ({ writes }) => writes.observe(whole, target.observations));
}
