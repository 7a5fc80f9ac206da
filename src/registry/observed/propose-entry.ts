import { LONGEST_NAME, MOST_HOSTS } from '../rows/association.ts';
import { compareTexts } from '../values/text-order.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import type { Drift } from './drift.ts';

/**
 * Programs that run services of any kind, in lower case and without a version: their names do not identify the service. `ss` shows
 * Node 24 as `MainThread`, the name of its first thread.
 */
const RUNTIMES: readonly string[] = [
  'java',
  'node',
  'nodejs',
  'mainthread',
  'bun',
  'deno',
  'python',
  'pypy',
  'ruby',
  'perl',
  'php',
  'dotnet',
  'beam.smp',
  'systemd',
  'docker-proxy',
  'rootlessport',
  'conmon',
];

/** The fields of an own entry that declares observed sockets. */
export interface ProposedEntry {
  readonly name: string;
  readonly firstPort: number;
  readonly protocols: readonly TransportProtocol[];
  readonly environment: string | null;
  /** The hosts; empty for more than an own entry may name. */
  readonly hosts: readonly string[];
}

/**
 * Proposes the name of an own entry: that of the process or container, unless it is a runtime; else IANA's name of the port. Other
 * names of the port may be those of malware.
 *
 * @param processes - The processes.
 * @param officialNames - The names of IANA.
 * @param port - The port.
 */
export function proposeName(processes: readonly string[], officialNames: readonly string[], port: number): string {
  const specific = processes.find((name) => !isRuntime(name));
  const name = specific ?? officialNames[0] ?? processes[0] ?? '';
  // A name of a process is any text.
  const [...characters] = name.replaceAll(/\s+/g, ' ').trim();
  const clean = characters.slice(0, LONGEST_NAME).join('').trim();
  return clean === '' ? `port ${port}` : clean;
}

/** Returns whether a program is a runtime, also with a version, such as `python3.11`. */
function isRuntime(name: string): boolean {
  const program = name.toLowerCase();
  return RUNTIMES.includes(program) || RUNTIMES.includes(program.replace(/[\d.]{1,12}$/, ''));
}

/**
 * Proposes own entries for sockets without one. Sockets of one name, port and environment are one entry for their protocols and
 * hosts, if the protocols of the hosts are the same.
 *
 * @param drift - Results of the kind `seen_not_declared`; others are left out.
 * @returns The entries by port and name.
 */
export function proposeEntries(drift: readonly Drift[]): ProposedEntry[] {
  const ofHost = new Map<string, { drift: Drift; name: string; protocols: Set<TransportProtocol> }>();
  for (const one of drift) {
    const { proposedName: name, protocol, host, port } = one;
    if (name === null || protocol === null) continue;
    const key = JSON.stringify([host, port, name]);
    const known = ofHost.get(key);
    if (known === undefined) ofHost.set(key, { drift: one, name, protocols: new Set([protocol]) });
    else known.protocols.add(protocol);
  }
  const entries = new Map<string, ProposedEntry & { readonly hosts: string[] }>();
  for (const { drift: one, name, protocols } of ofHost.values()) {
    const { port: firstPort, environment, host } = one;
    const sorted = TRANSPORT_PROTOCOLS.filter((protocol) => protocols.has(protocol));
    const key = JSON.stringify([firstPort, name, environment, sorted]);
    const known = entries.get(key);
    if (known === undefined) entries.set(key, { name, firstPort, protocols: sorted, environment, hosts: [host ?? ''] });
    else known.hosts.push(host ?? '');
  }
  return [...entries.values()]
    .map((entry) => ({ ...entry, hosts: entry.hosts.length > MOST_HOSTS ? [] : entry.hosts }))
    .sort((a, b) => a.firstPort - b.firstPort || compareTexts(a.name, b.name));
}
