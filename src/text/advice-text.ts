import type { SuggestionList } from '../registry/advice/suggestions.ts';
import type { Reason, Suitability } from '../registry/advice/suitability.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import { alignColumns, wrap } from './columns.ts';

/**
 * Writes the advice on a port for a terminal and for grep: the verdict, then one line a reason, the heaviest first.
 *
 * @param suitability - The advice.
 * @returns Lines that each end in a line feed; those of reasons are as long as what they say.
 * @example '8103/tcp  good'
 */
export function suitabilityText({ number, protocol, verdict, reasons }: Suitability): string {
  return `${portOf(number, protocol)}  ${verdict}\n${reasons.map(reasonText).join('')}`;
}

/**
 * Writes suggested ports, one a line with the codes of what is worth knowing, and why they are fewer than asked.
 *
 * @param list - The ports.
 */
export function suggestionsText({ results, detail }: SuggestionList): string {
  const rows = results.map(({ number, protocol, reasons }) => [
    portOf(number, protocol),
    [...new Set(reasons.map(({ code }) => code))].join(', '),
  ]);
  return alignColumns(rows) + (detail === null ? '' : wrap('note: ', [detail]));
}

function reasonText({ severity, code, detail, source }: Reason): string {
  return wrap(`${severity} ${code}: `, [`${detail} (${source})`]);
}

function portOf(number: number, protocol: TransportProtocol | null): string {
  return protocol === null ? String(number) : `${number}/${protocol}`;
}
