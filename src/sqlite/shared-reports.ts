import { isSameVersion } from '../registry/per-version.ts';
import type { RegistryVersion } from '../registry/registry.ts';
import { composeSharedReport, type RegistryDate, type SharedReport } from '../registry/report/port-report.ts';
import type { CheckCommand, CheckQuestion } from '../registry/rows/check-command.ts';
import type { EphemeralRange, EphemeralSpan } from '../registry/rows/ephemeral-range.ts';
import { AnswerSize } from '../registry/values/answer-size.ts';
import { LAST_PORT, PORT_COUNT } from '../registry/values/port-number.ts';
import { contains, PORT_RANGES } from '../registry/values/port-range.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../registry/values/transport-protocol.ts';
import type { History, ListsMark } from './history/history.ts';
import type { PastState } from './history/past-state.ts';
import type { Reads } from './read/reads.ts';
import { MOST_REPORTS, ReportCache, type SizedReport } from './report-cache.ts';

/** How much text of rows is kept with reports, in characters: of the lists ten times as much as the bundled ones have. */
const MOST_LIST_CHARACTERS = 32 * 1024 * 1024;
const MOST_OWN_CHARACTERS = 8 * 1024 * 1024;

/** A port, and the protocol for which it is asked. */
interface SinglePort {
  readonly firstPort: number;
  readonly protocol: TransportProtocol | null;
}

/** What reports of one state of the lists have in common, however many are composed. */
interface Basis {
  /** The commands for each question: reports share them. */
  readonly commands: Map<CheckQuestion, readonly CheckCommand[]>;
  readonly registry: RegistryDate;
  /** The current ephemeral ranges, the team's own among them: reports share them too. */
  readonly ephemeralSpans: readonly EphemeralSpan[];
  /** Where the official rows are those of another day. */
  readonly past: PastState | null;
}

/** Reports as of one state of the lists. */
interface Kept extends Basis {
  readonly lists: number;
  /** For each port, the first port of the stretch of ports with the same rows of the lists. */
  readonly stretchOf: Uint16Array;
  readonly reports: ReportCache;
  /** Those of an earlier state whose rows are the same still: only the registry's date is another one. */
  readonly earlier: Map<number, SizedReport>;
  readonly mark: ListsMark;
  /** The state of the own entries for which the two fields below hold. */
  own: number | undefined;
  /** 1 for each port with an own entry. */
  readonly isOwn: Uint8Array;
  /** Reports of ports with own entries. */
  readonly ownReports: ReportCache;
}

/**
 * Composes reports and keeps what ports have in common: the 16,384 dynamic ports, say, share a few reports. What is kept
 * is dropped when a list changes; a change of own entries touches only the ports on which there are some.
 */
export class SharedReports {
  readonly #reads: Reads;
  readonly #history: History;
  readonly #ownRanges: readonly EphemeralRange[];
  readonly #keeps: boolean;
  #kept: Kept | undefined;
  /** What was begun last by any of those that keep together. */
  readonly #together: { kept: Kept | undefined };

  /**
   * @param reads - The rows, over one connection.
   * @param history - The rows as they were, over the same one.
   * @param ownRanges - The team's own ephemeral ranges.
   * @param options - `keeps`: false composes each report anew; `like`: another one with which
   *   this one shares what is kept while both see the same lists.
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
    this.#keeps = keeps;
    this.#together = like === undefined ? { kept: undefined } : like.#together;
  }

  /**
   * Gives the reports of single ports.
   *
   * @param queries - Ports and protocols.
   * @param size - The size of the answer of which they are a part.
   */
  of(queries: readonly SinglePort[], size: AnswerSize): SharedReport[] {
    if (!this.#keeps) return this.#composeAll(queries, this.#basis(), size);
    const kept = this.#current();
    return queries.map(({ firstPort, protocol }) => {
      const { report, characters } = this.#find(kept, firstPort, protocol);
      size.add(characters);
      return report;
    });
  }

  /**
   * Finds the reports of single ports among those that are kept of the present version. It runs one statement, so no
   * transaction is needed around it.
   *
   * @param queries - Ports and protocols.
   * @param size - The size of the answer of which they are a part.
   * @returns Null where one of them is not kept.
   */
  known(queries: readonly SinglePort[], size: AnswerSize): SharedReport[] | null {
    const kept = this.#kept;
    if (kept === undefined || !isSameVersion(this.#reads.version(), kept)) return null;
    const found = queries.map(({ firstPort, protocol }) => {
      const { reports, key } = place(kept, firstPort, protocol);
      return reports.get(key);
    });
    if (!found.every((report) => report !== undefined)) return null;
    for (const { characters } of found) size.add(characters);
    return found.map(({ report }) => report);
  }

  /**
   * Gives the reports of single ports with the official rows as they stood on a day, and everything else as it is now.
   *
   * @param queries - Ports and protocols.
   * @param date - The day, `YYYY-MM-DD`.
   * @param size - The size of the answer of which they are a part.
   * @throws {RegistryError} `not_found` for a day before the earliest snapshot.
   */
  asOf(queries: readonly SinglePort[], date: string, size: AnswerSize): SharedReport[] {
    return this.#composeAll(queries, this.#basis(this.#history.asOf(date)), size);
  }

  #basis(past: PastState | null = null): Basis {
    const { date, importedAt } = past ?? this.#reads.registryDate();
    const ephemeralSpans = [...this.#reads.ephemeralSpans(), ...this.#ownRanges.map(spanOf)];
    return { commands: new Map(), registry: { date, importedAt }, ephemeralSpans, past };
  }

  #composeAll(queries: readonly SinglePort[], basis: Basis, size: AnswerSize): SharedReport[] {
    return queries.map(({ firstPort, protocol }) => this.#compose(firstPort, protocol, basis, size));
  }

  #find(kept: Kept, port: number, protocol: TransportProtocol | null): SizedReport {
    const { reports, key } = place(kept, port, protocol);
    const isOwn = reports === kept.ownReports;
    const known = reports.get(key) ?? (isOwn ? undefined : this.#takeOver(kept, key));
    const sized = known ?? this.#composeSized(port, protocol, kept);
    if (sized !== reports.get(key)) reports.set(key, sized);
    return sized;
  }

  #composeSized(port: number, protocol: TransportProtocol | null, basis: Basis): SizedReport {
    const size = new AnswerSize();
    const report = this.#compose(port, protocol, basis, size);
    return { report, characters: size.characters };
  }

  #current(): Kept {
    const version = this.#reads.version();
    const known = [this.#kept, this.#together.kept];
    const found = known.find((kept) => kept?.lists === version.lists);
    const kept = found ?? this.#begin(version, this.#together.kept);
    this.#kept = kept;
    if (found === undefined) this.#together.kept = kept;
    if (kept.own !== version.own) this.#takeOwn(kept, version);
    return kept;
  }

  #takeOver({ earlier, registry }: Kept, key: number): SizedReport | undefined {
    const sized = earlier.get(key);
    if (sized === undefined) return undefined;
    earlier.delete(key);
    return { ...sized, report: { ...sized.report, registry } };
  }

  #begin({ lists }: RegistryVersion, before: Kept | undefined): Kept {
    const starts = new Uint8Array(PORT_COUNT + 1);
    for (const port of this.#reads.listStarts()) starts[port] = 1;
    for (const { firstPort, lastPort } of [...PORT_RANGES, ...this.#ownRanges])
      starts[firstPort] = starts[lastPort + 1] = 1;
    const stretchOf = new Uint16Array(PORT_COUNT);
    for (let port = 1; port <= LAST_PORT; port++)
      stretchOf[port] = starts[port] === 1 ? port : (stretchOf[port - 1] ?? 0);
    return {
      ...this.#basis(),
      lists,
      stretchOf,
      reports: new ReportCache(MOST_LIST_CHARACTERS),
      earlier: this.#unchanged(before),
      mark: this.#history.mark(),
      ownReports: new ReportCache(MOST_OWN_CHARACTERS),
      own: undefined,
      isOwn: new Uint8Array(PORT_COUNT),
    };
  }

  /** Finds the reports that hold still: an import changes few rows, and those of all other ports need not be composed again. */
  #unchanged(before: Kept | undefined): Map<number, SizedReport> {
    const changed = before === undefined ? null : this.#history.changedSince(before.mark);
    if (before === undefined || changed === null) return new Map();
    const reports = new Map([...before.earlier, ...before.reports.entries()]);
    // What nobody asks for any more would be handed on for ever.
    if (reports.size > MOST_REPORTS) return new Map();
    const isChanged = new Uint8Array(PORT_COUNT);
    for (const { firstPort, lastPort } of changed) isChanged.fill(1, firstPort, lastPort + 1);
    for (const key of reports.keys()) if (isChanged[Math.floor(key / PROTOCOLS.length)] === 1) reports.delete(key);
    return reports;
  }

  #takeOwn(kept: Kept, { own }: RegistryVersion): void {
    kept.own = own;
    kept.ownReports.clear();
    kept.isOwn.fill(0);
    for (const { firstPort, lastPort } of this.#reads.ownSpans()) kept.isOwn.fill(1, firstPort, lastPort + 1);
  }

  #compose(
    port: number,
    protocol: TransportProtocol | null,
    { commands, registry, ephemeralSpans, past }: Basis,
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

/** A range as a report tells it. */
function spanOf({ system, title, firstPort, lastPort }: EphemeralRange): EphemeralSpan {
  return { system, title, firstPort, lastPort };
}

/** Returns where the report of a port is kept, and under which key. */
function place(
  kept: Kept,
  port: number,
  protocol: TransportProtocol | null,
): { readonly reports: ReportCache; readonly key: number } {
  const isOwn = kept.isOwn[port] === 1;
  const first = isOwn ? port : (kept.stretchOf[port] ?? port);
  const key = first * PROTOCOLS.length + PROTOCOLS.indexOf(protocol);
  return { reports: isOwn ? kept.ownReports : kept.reports, key };
}

const PROTOCOLS: readonly (TransportProtocol | null)[] = [null, ...TRANSPORT_PROTOCOLS];
