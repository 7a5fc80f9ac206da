import { parseHostName } from '../../registry/observed/host-name.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import type { NmapHost } from './nmap-host.ts';
import { readNmapScan, type ScanInfo } from './nmap-scan.ts';
import { type ParsedSnapshot, refuseSnapshot } from './parsed-snapshot.ts';

/** The snapshot of one host of a scan. */
export interface HostOfScan {
  /** The name with which the scan was called, or that of its address, or the address. */
  readonly name: string;
  /** Why the host was not scanned; null for a scanned host. */
  readonly fault: string | null;
  /** The XML of a scan of this host alone. */
  readonly text: string;
}

/**
 * Parses the XML of a scan of one host: `nmap -oX`. The snapshot covers the scanned ports that are open or closed: a filtered port
 * may have a socket or not. A scan does not see the names of processes.
 *
 * @param text - The whole text.
 * @param run - Runs the steps.
 * @throws {RegistryError} `invalid_argument`, with the line; for several hosts, or a host that is down.
 */
export async function parseNmapXml(text: string, run: RunStep): Promise<ParsedSnapshot> {
  let host: NmapHost | undefined;
  await readNmapScan(text, run, (one) => {
    if (host !== undefined)
      refuseSnapshot('the scan', null, 'expected one host; portolan observe splits a scan of several');
    host = one;
  });
  if (host === undefined) return refuseSnapshot('the scan', null, 'expected a host that is up');
  const { names, fault, sockets, scanned } = host;
  if (fault !== null)
    refuseSnapshot(`the scan of ${quoteInput(names[0] ?? '')}`, null, `expected a host that was scanned; ${fault}`);
  return { sockets, scanned };
}

/**
 * Splits the XML of a scan by host.
 *
 * @param text - The whole text.
 * @param run - Runs the steps.
 * @throws {RegistryError} `invalid_argument`, with the line; for a host without a name, and two hosts of one name.
 */
export async function splitNmapXml(text: string, run: RunStep): Promise<HostOfScan[]> {
  const hosts: NmapHost[] = [];
  const info = await readNmapScan(text, run, (host) => hosts.push(host));
  const found = new Set<string>();
  return hosts.map((host) => {
    const name = nameOf(host);
    if (found.has(name)) refuseSnapshot('the scan', name, 'expected each name once; scan the addresses one by one');
    found.add(name);
    return { name, fault: host.fault, text: toXml(info, text.slice(host.start, host.end)) };
  });
}

function nameOf({ names }: NmapHost): string {
  for (const name of names) {
    try {
      return parseHostName(name);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
    }
  }
  return refuseSnapshot(
    'the host',
    names.at(-1) ?? '',
    'expected a host name or an IPv4 address; give its name with --host',
  );
}

function toXml(info: readonly ScanInfo[], host: string): string {
  const ports = info.map(({ protocol, services }) => `<scaninfo protocol="${protocol}" services="${services}"/>\n`);
  return `<nmaprun scanner="nmap">\n${ports.join('')}${host}\n<runstats><finished exit="success"/></runstats>\n</nmaprun>\n`;
}
