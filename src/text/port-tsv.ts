import { type BestName, bestName } from '../registry/report/best-name.ts';
import type { SharedReport } from '../registry/report/port-report.ts';
import type { Origin } from '../registry/rows/association.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import type { PortLine } from './csv.ts';

/** The cells after the number of each shared report, by the preferred origins. */
const cachedCells = new WeakMap<SharedReport, Map<string, string>>();

/**
 * Renders ports as tab-separated values: exactly one line for each, without a header, and nothing is truncated. The cells are the
 * number; the protocols of the best name, separated by commas; the best name; its origin; its description. A port without a name
 * has the origin `none` and its states as description; an invalid query has the origin `error` and the error.
 *
 * @param lines - The ports.
 * @param preferred - The preferred origins of the name, the first one first.
 */
export function portsTsv(lines: readonly PortLine[], preferred: readonly Origin[]): string {
  return lines
    .map((line) => {
      if ('error' in line) return `${toTsv([line.query, '', '', 'error', line.error])}\n`;
      return `${line.number}\t${cellsOf(line.shared, line.protocol, preferred)}\n`;
    })
    .join('');
}

function cellsOf(shared: SharedReport, protocol: TransportProtocol | null, preferred: readonly Origin[]): string {
  const cells = cachedCells.get(shared) ?? new Map<string, string>();
  cachedCells.set(shared, cells);
  const key = preferred.join();
  const known = cells.get(key) ?? toCells(bestName(shared, preferred) ?? nameless(shared, protocol));
  cells.set(key, known);
  return known;
}

type Cells = Omit<BestName, 'origin'> & { readonly origin: string };

function nameless({ states }: SharedReport, protocol: TransportProtocol | null): Cells {
  const found = protocol === null ? Object.values(states) : [states[protocol]];
  return { name: '', origin: 'none', protocols: [], description: [...new Set(found)].join(', ') };
}

function toCells({ name, origin, protocols, description }: Cells): string {
  return toTsv([protocols.join(','), name, origin, description ?? '']);
}

/**
 * Joins cells with tabs. Control characters and line separators become blanks, and a cell that begins like a formula gets an
 * apostrophe in front, as in CSV.
 */
function toTsv(cells: readonly string[]): string {
  return cells.map((cell) => cell.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replace(/^(?=[=+\-@])/, "'")).join('\t');
}
