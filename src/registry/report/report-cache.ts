import type { Association } from '../rows/association.ts';
import { LAST_PORT, PORT_COUNT } from '../values/port-number.ts';
import { coveredPorts, PORT_RANGES, type PortSpan } from '../values/port-range.ts';
import type { RegistryVersion } from '../values/registry-version.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import type { RegistryDate, SharedReport } from './port-report.ts';

/** The most cached reports, one per span and protocol: the lists have about 13,000 spans, and a report takes 3 kB. */
export const MOST_REPORTS = 14_000;

/** The most text of rows in the caches, in characters: for the lists ten times as much as the bundled ones have. */
const MOST_LIST_CHARACTERS = 32 * 1024 * 1024;
const MOST_OWN_CHARACTERS = 8 * 1024 * 1024;

/**
 * The ports of a block, a power of 2. The first request for a port composes the reports of its block: reading the rows of 64 ports
 * takes as long as those of two (bench: cold).
 */
const BLOCK_PORTS = 64;

const PROTOCOLS: readonly (TransportProtocol | null)[] = [null, ...TRANSPORT_PROTOCOLS];

/** A report, with the size of its rows in characters. */
export interface SizedReport {
  readonly report: SharedReport;
  readonly characters: number;
}

/** A cache of reports by span and protocol, bounded in number and in characters. A full cache is cleared. */
export class ReportCache {
  readonly #mostCharacters: number;
  readonly #reports = new Map<number, SizedReport>();
  #characters = 0;

  /** @param mostCharacters - The most text of rows, in characters. */
  constructor(mostCharacters: number) {
    this.#mostCharacters = mostCharacters;
  }

  /** Returns a report, or undefined if it is not cached. */
  get(key: number): SizedReport | undefined {
    return this.#reports.get(key);
  }

  /** Stores a report. */
  set(key: number, report: SizedReport): void {
    const isFull = this.#reports.size >= MOST_REPORTS || this.#characters + report.characters > this.#mostCharacters;
    if (isFull) this.clear();
    this.#reports.set(key, report);
    this.#characters += report.characters;
  }

  /** Removes all reports. */
  clear(): void {
    this.#reports.clear();
    this.#characters = 0;
  }

  /** Lists the reports with their keys. */
  entries(): Iterable<[number, SizedReport]> {
    return this.#reports.entries();
  }
}

/** The cached reports of one version of the lists. Ports with own entries have reports of their own. */
export class VersionCache {
  readonly lists: number;
  /** The version of the own entries; undefined before the first call of `setOwn`. */
  own: RegistryVersion['own'] | undefined;
  readonly #registry: RegistryDate;
  /** For each port, the first port of the span of ports with the same rows of the lists. */
  readonly #spanOf = new Uint16Array(PORT_COUNT);
  readonly #reports = new ReportCache(MOST_LIST_CHARACTERS);
  /** Reports of previous versions whose rows have not changed: only the date of the registry differs. */
  readonly #previous: Map<number, SizedReport>;
  /** The informal uses of the cached reports, by id: a use of a wide range is in up to 1,000 reports. */
  readonly #uses = new Map<string, Association>();
  /** Whether the cache has room for the reports of all ports. */
  readonly #fitsAll: boolean;
  /** 1 for each port with an own entry. */
  #isOwn = new Uint8Array(PORT_COUNT);
  /** Reports of ports with own entries. */
  readonly #ownReports = new ReportCache(MOST_OWN_CHARACTERS);

  /**
   * @param lists - The version of the lists.
   * @param registry - The date of the official rows.
   * @param starts - The first ports of all rows of the lists, and the ports after their last ones.
   * @param ownRanges - The configured ephemeral ranges.
   * @param previous - Reports that are valid except for the date, from `unchangedReports`.
   */
  constructor(
    lists: number,
    registry: RegistryDate,
    starts: readonly number[],
    ownRanges: readonly PortSpan[],
    previous: Map<number, SizedReport>,
  ) {
    this.lists = lists;
    this.#registry = registry;
    this.#previous = previous;
    this.#fitsAll = starts.length <= MOST_REPORTS;
    const isStart = new Uint8Array(PORT_COUNT + 1);
    for (const port of starts) isStart[port] = 1;
    for (const { firstPort, lastPort } of [...PORT_RANGES, ...ownRanges])
      isStart[firstPort] = isStart[lastPort + 1] = 1;
    for (let port = 1; port <= LAST_PORT; port++)
      this.#spanOf[port] = isStart[port] === 1 ? port : (this.#spanOf[port - 1] ?? 0);
  }

  /** Returns the report of a port, or undefined if it is not cached. */
  get(port: number, protocol: TransportProtocol | null): SizedReport | undefined {
    const key = this.#keyOf(port, protocol);
    if (this.#isOwn[port] === 1) return this.#ownReports.get(key);
    return this.#reports.get(key) ?? this.#reuse(key);
  }

  /** Stores the report of a port, for all ports with the same rows. */
  set(port: number, protocol: TransportProtocol | null, report: SizedReport): void {
    const reports = this.#isOwn[port] === 1 ? this.#ownReports : this.#reports;
    reports.set(this.#keyOf(port, protocol), report);
  }

  /**
   * Returns the ports whose reports are composed together with that of a port. Alone are ports with own entries, which may be
   * thousands, ports for one protocol, and all ports if the cache would evict their reports before they are used.
   */
  blockOf(port: number, protocol: TransportProtocol | null): PortSpan {
    let [firstPort, lastPort] = [port, port];
    if (protocol !== null || !this.#fitsAll || this.#isOwn[port] === 1) return { firstPort, lastPort };
    while (firstPort % BLOCK_PORTS !== 0 && this.#isOwn[firstPort - 1] === 0) firstPort--;
    while ((lastPort + 1) % BLOCK_PORTS !== 0 && this.#isOwn[lastPort + 1] === 0) lastPort++;
    return { firstPort, lastPort };
  }

  /**
   * Returns rows with each informal use replaced by the equal one of an earlier call, so that reports share it.
   *
   * @param rows - Rows of this version of the lists.
   */
  shared(rows: readonly Association[]): Association[] {
    return rows.map((row) => {
      if (row.origin !== 'informal') return row;
      const known = this.#uses.get(row.id);
      if (known !== undefined) return known;
      if (this.#uses.size >= MOST_REPORTS) this.#uses.clear();
      this.#uses.set(row.id, row);
      return row;
    });
  }

  /**
   * Changes the version of the own entries, and removes the reports of ports with own entries.
   *
   * @param own - The version.
   * @param spans - The ports of all own entries.
   */
  setOwn(own: RegistryVersion['own'], spans: readonly PortSpan[]): void {
    this.own = own;
    this.#ownReports.clear();
    this.#isOwn = coveredPorts(spans);
  }

  /**
   * Returns the reports of ports without changed rows, for the cache of the next version: an import changes few rows.
   *
   * @param changed - The ports with changed rows.
   */
  unchangedReports(changed: readonly PortSpan[]): Map<number, SizedReport> {
    const reports = new Map([...this.#previous, ...this.#reports.entries()]);
    // Bounds the carry-over: unused reports would never be evicted.
    if (reports.size > MOST_REPORTS) return new Map();
    const isChanged = coveredPorts(changed);
    for (const key of reports.keys()) if (isChanged[Math.floor(key / PROTOCOLS.length)] === 1) reports.delete(key);
    return reports;
  }

  /** Moves a report of a previous version to this one. */
  #reuse(key: number): SizedReport | undefined {
    const sized = this.#previous.get(key);
    if (sized === undefined) return undefined;
    this.#previous.delete(key);
    const reused = { ...sized, report: { ...sized.report, registry: this.#registry } };
    this.#reports.set(key, reused);
    return reused;
  }

  #keyOf(port: number, protocol: TransportProtocol | null): number {
    const first = this.#isOwn[port] === 1 ? port : (this.#spanOf[port] ?? port);
    return first * PROTOCOLS.length + PROTOCOLS.indexOf(protocol);
  }
}
