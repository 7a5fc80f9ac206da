import type { SharedReport } from '../registry/report/port-report.ts';

/** The most cached reports, one per span and protocol: the lists have about 13,000 spans, and a report takes 3 kB. */
export const MOST_REPORTS = 14_000;

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
