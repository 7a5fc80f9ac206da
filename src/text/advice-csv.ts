import type { SuggestionList } from '../registry/advice/suggestions.ts';
import type { Reason, Suitability } from '../registry/advice/suitability.ts';
import { toCsv } from './csv.ts';

const REASON_COLUMNS = ['code', 'severity', 'detail', 'source'] as const;

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

function linesOf<Cells extends object>(cells: Cells, reasons: readonly Reason[]): (Cells & Partial<Reason>)[] {
  return reasons.length === 0 ? [cells] : reasons.map((reason) => ({ ...cells, ...reason }));
}
