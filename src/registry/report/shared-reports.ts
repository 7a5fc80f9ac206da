import type { CheckCommand, CheckQuestion } from '../rows/check-command.ts';
import type { EphemeralRange, EphemeralSpan } from '../rows/ephemeral-range.ts';
import { AnswerSize } from '../values/answer-size.ts';
import type { PortQuery } from '../values/port-query.ts';
import { contains } from '../values/port-range.ts';
import { isSameVersion, type RegistryVersion, VERSION_AGE_MS } from '../values/registry-version.ts';
import type { TransportProtocol } from '../values/transport-protocol.ts';
import { composeSharedReport, type RegistryDate, type SharedReport } from './port-report.ts';
import { type SizedReport, VersionCache } from './report-cache.ts';
import type { ChangeCursor, PastRows, PortRows, ReportRows, RowChanges } from './report-rows.ts';

/** A port, and the protocol of the request; null for any. */
type SinglePort = Pick<PortQuery, 'firstPort' | 'protocol'>;

/** The inputs that all reports of one version of the lists share. */
interface ComposeInput {
  /** The check commands for each question. */
  readonly commands: Map<CheckQuestion, readonly CheckCommand[]>;
  readonly registry: RegistryDate;
  /** The current ephemeral ranges, configured ones included. */
  readonly ephemeralSpans: readonly EphemeralSpan[];
  /** The past official rows; null for the current ones. */
  readonly past: PastRows | null;
}

/** One version of the lists. */
interface CachedVersion extends ComposeInput {
  readonly cache: VersionCache;
  readonly changeCursor: ChangeCursor;
}

/**
 * Composes and caches the reports that ports share: for example, the 16,384 dynamic ports share a few reports. A change of a
 * list invalidates the cache; a change of own entries invalidates only the reports of ports with own entries.
 */
export class SharedReports {
  readonly #rows: ReportRows;
  readonly #changes: RowChanges;
  readonly #ownRanges: readonly EphemeralRange[];
  readonly #isCaching: boolean;
  #version: CachedVersion | undefined;
  /** The version of the data when it was last read, and the time, in milliseconds of `performance.now`. */
  #current: RegistryVersion = { lists: 0, own: 0 };
  #readAt = Number.NEGATIVE_INFINITY;
  /** The text of all reports that were composed for the cache, in characters. */
  #composedCharacters = 0;
  /** The latest version that any connection to the same database has started. */
  readonly #crossConnection: { version: CachedVersion | undefined };

  /**
   * @param rows - The stored rows, over one connection.
   * @param changes - The changes of the rows, over the same connection.
   * @param ownRanges - The configured ephemeral ranges.
   * @param options - `keeps`: false composes each report from the rows. `like`: the reports of another connection; both
   *   share their cache while they see the same version of the lists.
   */
  constructor(
    rows: ReportRows,
    changes: RowChanges,
    ownRanges: readonly EphemeralRange[],
    { keeps, like }: { readonly keeps: boolean; readonly like?: SharedReports | undefined },
  ) {
    this.#rows = rows;
    this.#changes = changes;
    this.#ownRanges = ownRanges;
    this.#isCaching = keeps;
    this.#crossConnection = like === undefined ? { version: undefined } : like.#crossConnection;
  }

  /**
   * Returns the reports of single ports.
   *
   * @param queries - Ports and protocols.
   * @param size - The size of the response, to which the reports are added.
   * @param most - The most text of the reports and of those composed with them, in characters: those after it are left out.
   */
  of(queries: readonly SinglePort[], size: AnswerSize, most: number): SharedReport[] {
    if (!this.#isCaching) return this.#composeSome(queries, this.#readInput(), size, most);
    const version = this.#currentVersion();
    return this.#upTo(most, queries, size, ({ firstPort, protocol }) => {
      const { report, characters } =
        version.cache.get(firstPort, protocol) ?? this.#composeBlock(firstPort, protocol, version);
      size.add(characters);
      return report;
    });
  }

  /**
   * Returns the reports of single ports if all of them are in memory. Runs at most one statement, so it needs no transaction.
   *
   * @param queries - Ports and protocols.
   * @param size - The size of the response, to which the reports are added.
   * @returns Null if a report is not in memory, or if the data has changed since.
   */
  cached(queries: readonly SinglePort[], size: AnswerSize): SharedReport[] | null {
    const cache = this.#version?.cache;
    if (cache === undefined) return null;
    const found = queries.map(({ firstPort, protocol }) => cache.get(firstPort, protocol));
    if (!found.every((report) => report !== undefined) || !this.#isCurrent(cache)) return null;
    for (const { characters } of found) size.add(characters);
    return found.map(({ report }) => report);
  }

  /** Reads the version of the data. Reports of `cached` from now on show it, or a later one. */
  version(): RegistryVersion {
    this.#current = this.#rows.version();
    this.#readAt = performance.now();
    return this.#current;
  }

  /** Reads the version again before the next cached report. */
  expireVersion(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Compares the version of the cache with that of the data, which is read at most every `VERSION_AGE_MS`: each reading locks and
   * unlocks the database. Connections share the cache, and one of them may have changed its version since.
   */
  #isCurrent(cache: VersionCache): boolean {
    const isRecent = performance.now() - this.#readAt < VERSION_AGE_MS;
    return isSameVersion(isRecent ? this.#current : this.version(), cache);
  }

  /**
   * Returns the reports of single ports with the official rows as of a past day, and all other data as of now.
   *
   * @param queries - Ports and protocols.
   * @param date - The day, `YYYY-MM-DD`.
   * @param size - The size of the response, to which the reports are added.
   * @param most - As for `of`.
   * @throws {RegistryError} `not_found` for a day before the earliest snapshot.
   */
  asOf(queries: readonly SinglePort[], date: string, size: AnswerSize, most: number): SharedReport[] {
    return this.#composeSome(queries, this.#readInput(this.#changes.asOf(date)), size, most);
  }

  #readInput(past: PastRows | null = null): ComposeInput {
    const { date } = past ?? this.#rows.registryDate();
    const ephemeralSpans = [...this.#rows.ephemeralSpans(), ...this.#ownRanges.map(spanOf)];
    return { commands: new Map(), registry: { date }, ephemeralSpans, past };
  }

  #composeSome(queries: readonly SinglePort[], input: ComposeInput, size: AnswerSize, most: number): SharedReport[] {
    return this.#upTo(most, queries, size, ({ firstPort, protocol }) =>
      this.#compose(firstPort, protocol, input, size),
    );
  }

  /** Composes and caches the report of a port, and those of its block that are not cached. */
  #composeBlock(port: number, protocol: TransportProtocol | null, version: CachedVersion): SizedReport {
    const { firstPort, lastPort } = version.cache.blockOf(port, protocol);
    const rows = firstPort === lastPort ? this.#rows : this.#rows.block({ firstPort, lastPort });
    for (let other = firstPort; other <= lastPort; other++) {
      if (other !== port && version.cache.get(other, protocol) === undefined)
        this.#composeCached(other, protocol, version, rows);
    }
    return this.#composeCached(port, protocol, version, rows);
  }

  #composeCached(
    port: number,
    protocol: TransportProtocol | null,
    version: CachedVersion,
    rows: PortRows,
  ): SizedReport {
    const size = new AnswerSize();
    const report = this.#compose(port, protocol, version, size, rows);
    const sized = { report, characters: size.characters };
    version.cache.set(port, protocol, sized);
    this.#composedCharacters += sized.characters;
    return sized;
  }

  /** Returns the reports of the first ports, until more text than `most` was found or composed for them. */
  #upTo(
    most: number,
    queries: readonly SinglePort[],
    size: AnswerSize,
    find: (query: SinglePort) => SharedReport,
  ): SharedReport[] {
    const progress = () => size.characters + this.#composedCharacters;
    const end = progress() + most;
    const reports: SharedReport[] = [];
    for (const query of queries) {
      reports.push(find(query));
      if (progress() >= end) break;
    }
    return reports;
  }

  #currentVersion(): CachedVersion {
    const { lists, own } = this.#rows.version();
    const found = [this.#version, this.#crossConnection.version].find((version) => version?.cache.lists === lists);
    const version = found ?? this.#startVersion(lists, this.#crossConnection.version);
    this.#version = version;
    if (found === undefined) this.#crossConnection.version = version;
    if (version.cache.own !== own) version.cache.setOwn(own, this.#rows.ownSpans());
    return version;
  }

  #startVersion(lists: number, before: CachedVersion | undefined): CachedVersion {
    const input = this.#readInput();
    const starts = this.#rows.listStarts();
    const changed = before === undefined ? null : this.#changes.changedSince(before.changeCursor);
    const previous = before === undefined || changed === null ? new Map() : before.cache.unchangedReports(changed);
    const cache = new VersionCache(lists, input.registry, starts, this.#ownRanges, previous);
    return { ...input, cache, changeCursor: this.#changes.changeCursor() };
  }

  #compose(
    port: number,
    protocol: TransportProtocol | null,
    { commands, registry, ephemeralSpans, past, cache }: ComposeInput & { readonly cache?: VersionCache },
    size: AnswerSize,
    rows: PortRows = this.#rows,
  ): SharedReport {
    const associations = rows.associationsAt(port, size);
    const question = protocol ?? 'any';
    const checkCommands = commands.get(question) ?? this.#rows.checkCommands(question);
    commands.set(question, checkCommands);
    return composeSharedReport(port, protocol, {
      assignments: (past ?? rows).assignmentsAt(port, size),
      associations: cache?.shared(associations) ?? associations,
      otherNames: rows.otherNamesAt(port, size),
      ephemeralRanges: ephemeralSpans.filter((span) => contains(span, port)),
      blockedByBrowsers: rows.isBlocked(port),
      checkCommands,
      registry,
    });
  }
}

/** Returns a range with the fields of a report. */
function spanOf({ system, title, firstPort, lastPort }: EphemeralRange): EphemeralSpan {
  return { system, title, firstPort, lastPort };
}
