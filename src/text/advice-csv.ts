import type { SuggestionList } from '../registry/advice/suggestions.ts';
import type { Reason, Suitability } from '../registry/advice/suitability.ts';
import { toCsv } from './csv.ts';

const REASON_COLUMNS = ['code', 'severity', 'detail', 'source'] as const;

/**
 * Writes the advice on a port in CSV: one line a reason, or one without where there is none.
 *
 * @param suitability - The advice.
 */
export function suitabilityCsv({ number, protocol, verdict, reasons }: Suitability): string {
  const columns = ['number', 'protocol', 'verdict', ...REASON_COLUMNS];
  return toCsv(columns, linesOf({ number, protocol, verdict }, reasons));
}

/**
 * Writes suggested ports in CSV: one line a reason, or one without where there is none.
 *
 * @param list - The ports.
 */
export function suggestionsCsv({ results }: SuggestionList): string {
  const columns = ['number', 'protocol', ...REASON_COLUMNS];
  const lines = results.flatMap(({ number, protocol, reasons }) => linesOf({ number, protocol }, reasons));
  return toCsv(columns, lines);
}

function linesOf<Lead extends object>(lead: Lead, reasons: readonly Reason[]): (Lead & Partial<Reason>)[] {
  return reasons.length === 0 ? [lead] : reasons.map((reason) => ({ ...lead, ...reason }));
}
