import { composeSharedReport, type RegistryDate, type SharedReport } from '../registry/report/port-report.ts';
import type { CheckCommand, CheckQuestion } from '../registry/rows/check-command.ts';
import type { EphemeralRange, EphemeralSpan } from '../registry/rows/ephemeral-range.ts';
import { AnswerSize } from '../registry/values/answer-size.ts';
import { LAST_PORT, PORT_COUNT } from '../registry/values/port-number.ts';
import { contains, PORT_RANGES } from '../registry/values/port-range.ts';
import { isSameVersion } from '../registry/values/registry-version.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../registry/values/transport-protocol.ts';
import type { ChangeCursor, History } from './history/history.ts';
import type { PastState } from './history/past-state.ts';
import type { Reads } from './read/reads.ts';
import { MOST_REPORTS, ReportCache, type SizedReport } from './report-cache.ts';

/** The most text of rows in the caches, in characters: for the lists ten times as much as the bundled ones have. */
const MOST_LIST_CHARACTERS = 32 * 1024 * 1024;
const MOST_OWN_CHARACTERS = 8 * 1024 * 1024;

/** A port, and the protocol of the request; null for any. */
interface SinglePort {
  readonly firstPort: number;
  readonly protocol: TransportProtocol | null;
}

/** The inputs that all reports of one version of the lists share. */
interface ComposeInput {
  /** The check commands for each question. */
  readonly commands: Map<CheckQuestion, readonly CheckCommand[]>;
  readonly registry: RegistryDate;
  /** The current ephemeral ranges, configured ones included. */
  readonly ephemeralSpans: readonly EphemeralSpan[];
  /** The past state of the official rows; null for the current one. */
  readonly past: PastState | null;
}

/** The cached reports of one version of the lists. */
interface CachedVersion extends ComposeInput {
  readonly lists: number;
  /** For each port, the first port of the span of ports with the same rows of the lists. */
  readonly spanOf: Uint16Array;
  readonly reports: ReportCache;
  /** Reports of previous versions whose rows have not changed: only the date of the registry differs. */
  readonly previous: Map<number, SizedReport>;
  readonly changeCursor: ChangeCursor;
  /** The version of the own entries that the two fields below belong to. */
  own: number | undefined;
  /** 1 for each port with an own entry. */
  readonly isOwn: Uint8Array;
  /** Reports of ports with own entries. */
  readonly ownReports: ReportCache;
}

/**
 * Composes and caches the reports that ports share: for example, the 16,384 dynamic ports share a few reports. A change of a
 * list invalidates the cache; a change of own entries invalidates only the reports of ports with own entries.
 */
export class SharedReports {
  readonly #reads: Reads;
  readonly #history: History;
  readonly #ownRanges: readonly EphemeralRange[];
  readonly #isCaching: boolean;
  #version: CachedVersion | undefined;
  /** The latest version that any connection to the same database has started. */
  readonly #crossConnection: { version: CachedVersion | undefined };

  /**
   * @param reads - The rows, over one connection.
   * @param history - The past rows, over the same connection.
   * @param ownRanges - The configured ephemeral ranges.
   * @param options - `keeps`: false composes each report from the rows. `like`: the reports of another connection; both
   *   share their cache while they see the same version of the lists.
   */
  constructor(
    reads: Reads,
    history: History,
    ownRanges: readonly EphemeralRange[],
    { keeps, like }: { readonly keeps: boolean; readonly like?: SharedReports | undefined },
  ) {
    this.#reads = reads;
    this.#history = history;
    this.#ownRanges = ownRanges;
    this.#isCaching = keeps;
    this.#crossConnection = like === undefined ? { version: undefined } : like.#crossConnection;
  }

  /**
   * Returns the reports of single ports.
   *
   * @param queries - Ports and protocols.
   * @param size - The size of the response, to which the reports are added.
   */
  of(queries: readonly SinglePort[], size: AnswerSize): SharedReport[] {
    if (!this.#isCaching) return this.#composeAll(queries, this.#composeInput(), size);
    const version = this.#currentVersion();
    return queries.map(({ firstPort, protocol }) => {
      const { report, characters } = this.#find(version, firstPort, protocol);
      size.add(characters);
      return report;
    });
  }

  /**
   * Returns the reports of single ports if all of them are in memory. Runs one statement, so it needs no transaction.
   *
   * @param queries - Ports and protocols.
   * @param size - The size of the response, to which the reports are added.
   * @returns Null if a report is not in memory, or if the data has changed since.
   */
  cached(queries: readonly SinglePort[], size: AnswerSize): SharedReport[] | null {
    const version = this.#version;
    if (version === undefined || !isSameVersion(this.#reads.version(), version)) return null;
    const found = queries.map(({ firstPort, protocol }) => {
      const { reports, key } = locate(version, firstPort, protocol);
      return reports.get(key);
    });
    if (!found.every((report) => report !== undefined)) return null;
    for (const { characters } of found) size.add(characters);
    return found.map(({ report }) => report);
  }

  /**
   * Returns the reports of single ports with the official rows as of a past day, and all other data as of now.
   *
   * @param queries - Ports and protocols.
   * @param date - The day, `YYYY-MM-DD`.
   * @param size - The size of the response, to which the reports are added.
   * @throws {RegistryError} `not_found` for a day before the earliest snapshot.
   */
  asOf(queries: readonly SinglePort[], date: string, size: AnswerSize): SharedReport[] {
    return this.#composeAll(queries, this.#composeInput(this.#history.asOf(date)), size);
  }

  #composeInput(past: PastState | null = null): ComposeInput {
    const { date, importedAt } = past ?? this.#reads.registryDate();
    const ephemeralSpans = [...this.#reads.ephemeralSpans(), ...this.#ownRanges.map(spanOf)];
    return { commands: new Map(), registry: { date, importedAt }, ephemeralSpans, past };
  }

  #composeAll(queries: readonly SinglePort[], input: ComposeInput, size: AnswerSize): SharedReport[] {
    return queries.map(({ firstPort, protocol }) => this.#compose(firstPort, protocol, input, size));
  }

  #find(version: CachedVersion, port: number, protocol: TransportProtocol | null): SizedReport {
    const { reports, key } = locate(version, port, protocol);
    const isOwn = reports === version.ownReports;
    const cached = reports.get(key) ?? (isOwn ? undefined : this.#reuse(version, key));
    const sized = cached ?? this.#composeSized(port, protocol, version);
    if (sized !== reports.get(key)) reports.set(key, sized);
    return sized;
  }

  #composeSized(port: number, protocol: TransportProtocol | null, input: ComposeInput): SizedReport {
    const size = new AnswerSize();
    const report = this.#compose(port, protocol, input, size);
    return { report, characters: size.characters };
  }

  #currentVersion(): CachedVersion {
    const { lists, own } = this.#reads.version();
    const found = [this.#version, this.#crossConnection.version].find((version) => version?.lists === lists);
    const version = found ?? this.#startVersion(lists, this.#crossConnection.version);
    this.#version = version;
    if (found === undefined) this.#crossConnection.version = version;
    if (version.own !== own) this.#refreshOwn(version, own);
    return version;
  }

  /** Moves a report of a previous version to this one. */
  #reuse({ previous, registry }: CachedVersion, key: number): SizedReport | undefined {
    const sized = previous.get(key);
    if (sized === undefined) return undefined;
    previous.delete(key);
    return { ...sized, report: { ...sized.report, registry } };
  }

  #startVersion(lists: number, before: CachedVersion | undefined): CachedVersion {
    const starts = new Uint8Array(PORT_COUNT + 1);
    for (const port of this.#reads.listStarts()) starts[port] = 1;
    for (const { firstPort, lastPort } of [...PORT_RANGES, ...this.#ownRanges])
      starts[firstPort] = starts[lastPort + 1] = 1;
    const spanOf = new Uint16Array(PORT_COUNT);
    for (let port = 1; port <= LAST_PORT; port++) spanOf[port] = starts[port] === 1 ? port : (spanOf[port - 1] ?? 0);
    return {
      ...this.#composeInput(),
      lists,
      spanOf,
      reports: new ReportCache(MOST_LIST_CHARACTERS),
      previous: this.#unchangedReports(before),
      changeCursor: this.#history.changeCursor(),
      ownReports: new ReportCache(MOST_OWN_CHARACTERS),
      own: undefined,
      isOwn: new Uint8Array(PORT_COUNT),
    };
  }

  /** Returns the reports of ports without changed rows: an import changes few rows. */
  #unchangedReports(before: CachedVersion | undefined): Map<number, SizedReport> {
    const changed = before === undefined ? null : this.#history.changedSince(before.changeCursor);
    if (before === undefined || changed === null) return new Map();
    const reports = new Map([...before.previous, ...before.reports.entries()]);
    // Bounds the carry-over: unused reports would never be evicted.
    if (reports.size > MOST_REPORTS) return new Map();
    const isChanged = new Uint8Array(PORT_COUNT);
    for (const { firstPort, lastPort } of changed) isChanged.fill(1, firstPort, lastPort + 1);
    for (const key of reports.keys()) if (isChanged[Math.floor(key / PROTOCOLS.length)] === 1) reports.delete(key);
    return reports;
  }

  #refreshOwn(version: CachedVersion, own: number): void {
    version.own = own;
    version.ownReports.clear();
    version.isOwn.fill(0);
    for (const { firstPort, lastPort } of this.#reads.ownSpans()) version.isOwn.fill(1, firstPort, lastPort + 1);
  }

  #compose(
    port: number,
    protocol: TransportProtocol | null,
    { commands, registry, ephemeralSpans, past }: ComposeInput,
    size: AnswerSize,
  ): SharedReport {
    const question = protocol ?? 'any';
    const checkCommands = commands.get(question) ?? this.#reads.checkCommands(question);
    commands.set(question, checkCommands);
    return composeSharedReport(port, protocol, {
      assignments: past === null ? this.#reads.assignmentsAt(port, size) : this.#history.assignmentsAt(port, past),
      associations: this.#reads.associationsAt(port, size),
      ephemeralRanges: ephemeralSpans.filter((span) => contains(span, port)),
      blockedByBrowsers: this.#reads.isBlocked(port),
      checkCommands,
      registry,
    });
  }
}

/** Returns a range with the fields of a report. */
function spanOf({ system, title, firstPort, lastPort }: EphemeralRange): EphemeralSpan {
  return { system, title, firstPort, lastPort };
}

/** Returns the cache for the report of a port, and the report's key in it. */
function locate(version: CachedVersion, port: number, protocol: TransportProtocol | null) {
  const isOwn = version.isOwn[port] === 1;
  const first = isOwn ? port : (version.spanOf[port] ?? port);
  const key = first * PROTOCOLS.length + PROTOCOLS.indexOf(protocol);
  return { reports: isOwn ? version.ownReports : version.reports, key };
}

const PROTOCOLS: readonly (TransportProtocol | null)[] = [null, ...TRANSPORT_PROTOCOLS];
