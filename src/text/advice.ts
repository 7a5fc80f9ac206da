import type { SuggestionList } from '../registry/advice/suggestions.ts';
import type { Reason, Suitability } from '../registry/advice/suitability.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import { alignColumns, wrap } from './columns.ts';
import { toCsv } from './csv-table.ts';
import type { TextOptions } from './text-options.ts';

const REASON_COLUMNS = ['code', 'severity', 'detail', 'source'] as const;

/**
 * Renders the suitability of a port for terminals and grep: the verdict, then one line for each reason, the most severe
 * first.
 *
 * @param suitability - The suitability.
 * @returns Lines that each end in a line feed; lines of reasons are not wrapped.
 * @example '8103/tcp  good'
 */
export function suitabilityText({ number, protocol, verdict, reasons }: Suitability): string {
  return `${portOf(number, protocol)}  ${verdict}\n${reasons.map(reasonText).join('')}`;
}

/**
 * Renders suggested ports, one line for each with the codes of its reasons, and the explanation if there are fewer than
 * asked for.
 *
 * @param list - The ports.
 * @param options - The options of the text.
 */
export function suggestionsText({ results, detail }: SuggestionList, { isWide }: TextOptions): string {
  const rows = results.map(({ number, protocol, reasons }) => [
    portOf(number, protocol),
    [...new Set(reasons.map(({ code }) => code))].join(', '),
  ]);
  return alignColumns(rows, isWide) + (detail === null ? '' : wrap('note: ', [detail]));
}

/**
 * Renders the suitability of a port as CSV: one line for each reason, or one line without a reason.
 *
 * @param suitability - The suitability.
 */
export function suitabilityCsv({ number, protocol, verdict, reasons }: Suitability): string {
  const columns = ['number', 'protocol', 'verdict', ...REASON_COLUMNS];
  return toCsv(columns, linesOf({ number, protocol, verdict }, reasons));
}

/**
 * Renders suggested ports as CSV: one line for each reason, or one line without a reason.
 *
 * @param list - The ports.
 */
export function suggestionsCsv({ results }: SuggestionList): string {
  const columns = ['number', 'protocol', ...REASON_COLUMNS];
  const lines = results.flatMap(({ number, protocol, reasons }) => linesOf({ number, protocol }, reasons));
  return toCsv(columns, lines);
}

function reasonText({ severity, code, detail, source }: Reason): string {
  return wrap(`${severity} ${code}: `, [`${detail} (${source})`]);
}

function portOf(number: number, protocol: TransportProtocol | null): string {
  return protocol === null ? String(number) : `${number}/${protocol}`;
}

function linesOf<Cells extends object>(cells: Cells, reasons: readonly Reason[]): (Cells & Partial<Reason>)[] {
  return reasons.length === 0 ? [cells] : reasons.map((reason) => ({ ...cells, ...reason }));
}
