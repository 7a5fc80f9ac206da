import type { SharedReport } from '../registry/report/port-report.ts';

/** How many reports are kept, one a stretch of ports and protocol: some 13,000 stretches without a protocol, 3 kB each. */
export const MOST_REPORTS = 14_000;

/** A report with the size of its rows, in characters. */
export interface SizedReport {
  readonly report: SharedReport;
  readonly characters: number;
}

/** Reports by stretch and protocol, bounded in number and in text: a full cache is emptied. */
export class ReportCache {
  readonly #mostCharacters: number;
  readonly #reports = new Map<number, SizedReport>();
  #characters = 0;

  /** @param mostCharacters - The most text of rows that it holds. */
  constructor(mostCharacters: number) {
    this.#mostCharacters = mostCharacters;
  }

  /** Returns a report, or undefined where it is not kept. */
  get(key: number): SizedReport | undefined {
    return this.#reports.get(key);
  }

  /** Keeps a report. */
  set(key: number, report: SizedReport): void {
    const isFull = this.#reports.size >= MOST_REPORTS || this.#characters + report.characters > this.#mostCharacters;
    if (isFull) this.clear();
    this.#reports.set(key, report);
    this.#characters += report.characters;
  }

  /** Drops all reports. */
  clear(): void {
    this.#reports.clear();
    this.#characters = 0;
  }

  /** Lists the reports. */
  entries(): Iterable<[number, SizedReport]> {
    return this.#reports.entries();
  }
}
