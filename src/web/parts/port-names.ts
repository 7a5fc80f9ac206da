import { namingRows } from '../../registry/report/best-name.ts';
import { canNamePort, nameOf, WIDEST_EXPANDED_RANGE } from '../../registry/report/port-name.ts';
import type { NamedRow, RowsByKind } from '../../registry/report/preferred-origins.ts';
import type { Association } from '../../registry/rows/association.ts';
import { type PortSpan, spanWidth } from '../../registry/values/port-range.ts';

/**
 * Lists the rows of a port with different names, the best name first.
 *
 * @param rows - The rows.
 */
export function bestRows(rows: RowsByKind): NamedRow[] {
  return [...Map.groupBy(namingRows(rows), nameOf).values()].flatMap(([row]) => row ?? []);
}

/**
 * Returns the short name of a row: for a use whose name begins with its product, the product.
 *
 * @param row - An official row or a use.
 * @example 'Jenkins' // of the use "Jenkins web interface", used by "Jenkins"
 */
export function shortName(row: NamedRow): string {
  const name = nameOf(row);
  return 'id' in row && row.usedBy !== null && name.startsWith(row.usedBy) ? row.usedBy : name;
}

/**
 * Lists the names that IANA has assigned to a port, without historic aliases.
 *
 * @param rows - The rows.
 */
export function assignedNames({ assignments }: RowsByKind): string[] {
  const assigned = assignments.filter(({ state, aliasOf }) => state === 'assigned' && aliasOf === null);
  return [...new Set(assigned.flatMap(({ serviceName }) => serviceName ?? []))];
}

/**
 * Lists all names of a port: of own entries, of IANA without historic aliases, of informal uses. Wide ranges and historic
 * malware are left out. src/web/browser/parts/port-names.js does the same.
 *
 * @param rows - The rows.
 */
export function allNames(rows: RowsByKind): string[] {
  const { own, narrow } = usesByKind(rows);
  const official = rows.assignments.filter(({ aliasOf }) => aliasOf === null).flatMap((row) => row.serviceName ?? []);
  const names = [own.map(({ name }) => name), official, narrow.filter(canNamePort).map(shortName)];
  return [...new Set(names.flat())];
}

/**
 * Lists the uses of a port, in the order of its report.
 *
 * @param rows - The rows.
 * @returns Own entries, informal uses of the port or of a narrow range, and informal uses of a wide range.
 */
export function usesByKind({ associations }: RowsByKind): Record<'own' | 'narrow' | 'wide', readonly Association[]> {
  const informal = associations.filter(({ origin }) => origin === 'informal');
  return {
    own: associations.filter(({ origin }) => origin === 'own'),
    narrow: informal.filter(isNarrow),
    wide: informal.filter((use) => !isNarrow(use)),
  };
}

function isNarrow(span: PortSpan): boolean {
  return spanWidth(span) < WIDEST_EXPANDED_RANGE;
}
