import assert from 'node:assert/strict';
import type { BundledRow } from './bundled-rows.ts';

/** A line of services(5). `#` begins a comment. */
export interface ServicesEntry {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly aliases: readonly string[];
  readonly comment: string | null;
}

/**
 * Parses services(5) as getent does.
 *
 * @param text - The file.
 * @returns Its entries by `443/tcp`, in the order of the file.
 */
export function parseServices(text: string): Map<string, ServicesEntry> {
  assert.ok(text.endsWith('\n'));
  const entries = text
    .split('\n')
    .slice(0, -1)
    .filter((line) => !line.startsWith('#'))
    .map((line): [string, ServicesEntry] => {
      const [words = '', ...comment] = line.split('#');
      const [name = '', place = '', ...aliases] = words.trim().split(/[ \t]+/);
      assert.match(place, /^\d{1,5}\/(tcp|udp|sctp|dccp)$/, line);
      const [port, protocol = ''] = place.split('/');
      const entry = { name, port: Number(port), protocol, aliases };
      return [place, { ...entry, comment: comment.length === 0 ? null : comment.join('#').trim() }];
    });
  const places = new Map(entries);
  assert.equal(places.size, entries.length, 'every port and protocol has one line');
  return places;
}

/**
 * Lists the ports and protocols that rows name. Expands ranges of up to 256 ports.
 *
 * @param rows - The rows.
 * @returns Such as `443/tcp`, in the order of ASCII.
 */
export function namedPorts(rows: readonly BundledRow[]): string[] {
  const places = new Set<string>();
  for (const { name, firstPort, lastPort, protocols } of rows) {
    if (name === '' || firstPort === null || lastPort === null || lastPort - firstPort > 255) continue;
    for (let port = firstPort; port <= lastPort; port++) {
      for (const protocol of protocols.length === 0 ? ['tcp', 'udp', 'sctp', 'dccp'] : protocols) {
        places.add(`${port}/${protocol}`);
      }
    }
  }
  return [...places].sort();
}
