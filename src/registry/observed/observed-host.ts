import { isSameEnvironment } from '../rows/environment.ts';
import type { ReportedSnapshot } from './drift.ts';
import { WHOLE_SOURCES } from './snapshot.ts';

/** An address of IPv4, or a part of one. */
const IPV4 = /^[\d.]+$/;

/** A host that has reported. */
export interface ObservedHost {
  readonly name: string;
  /** The environment of its last snapshot that has one; null for none. */
  readonly environment: string | null;
  /** The last snapshot of a source that knows every socket of the host; null for none. */
  readonly whole: {
    /** The time of the snapshot. */
    readonly at: string;
    /** The time from which the host has reported for its environment. */
    readonly since: string;
  } | null;
}

/**
 * Combines the last snapshots of each host: its sources may have different times and environments.
 *
 * @param snapshots - The snapshots, in any order.
 * @param environment - The environment of the hosts, in any case; null for all.
 */
export function toObservedHosts(snapshots: readonly ReportedSnapshot[], environment: string | null): ObservedHost[] {
  const hosts: ObservedHost[] = [];
  for (const [name, reported] of Map.groupBy(snapshots, ({ host }) => host)) {
    const latest = reported.toSorted((a, b) => (a.at < b.at ? 1 : -1));
    const found = latest.find((snapshot) => snapshot.environment !== null)?.environment ?? null;
    const whole = latest.filter(
      (snapshot) => WHOLE_SOURCES.includes(snapshot.source) && isSameEnvironment(snapshot.environment, found),
    );
    const [since] = whole.map(({ environmentSince }) => environmentSince).sort();
    const [last] = whole;
    const isWanted = environment === null || found?.toLowerCase() === environment.toLowerCase();
    const isWhole = last !== undefined && since !== undefined;
    if (isWanted) hosts.push({ name, environment: found, whole: isWhole ? { at: last.at, since } : null });
  }
  return hosts;
}

/**
 * Returns whether an own entry names a host, with or without its domain. An address is equal only to itself.
 *
 * @param hosts - The hosts of the entry: names, addresses or networks.
 * @param name - The name of the host, in lower case.
 */
export function namesHost(hosts: readonly string[], name: string): boolean {
  return hosts.some((host) => {
    const given = host.toLowerCase();
    return given === name || hasDomain(given, name) || hasDomain(name, given);
  });
}

/** Returns whether the name of a host is another name with a domain. */
function hasDomain(name: string, shorter: string): boolean {
  return name.startsWith(`${shorter}.`) && !IPV4.test(name);
}

/**
 * Returns whether hosts of an own entry are addresses or networks: snapshots have no addresses, so the entry may be for any host.
 *
 * @param hosts - The hosts of the entry.
 */
export function hasAddress(hosts: readonly string[]): boolean {
  return hosts.some((host) => /[:/*]/.test(host) || IPV4.test(host));
}
