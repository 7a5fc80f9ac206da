import type { WrittenAssociation } from '../registry/own-registry.ts';
import type { Association } from '../registry/rows/association.ts';
import { formatSpan } from '../registry/values/port-range.ts';
import { alignColumns, toPrintable } from '../text/columns.ts';

/**
 * Renders own entries with their ids, one in each line: ports, protocols, name, id, owner, environment. Nothing is truncated.
 *
 * @param entries - The entries.
 */
export function ownPortsText(entries: readonly Association[]): string {
  if (entries.length === 0) return 'no own entries\n';
  return alignColumns(
    entries.map((entry) => [
      formatSpan(entry),
      entry.protocols.join(','),
      entry.name,
      entry.id,
      entry.owner ?? '-',
      entry.environment ?? '-',
      entry.status === 'active' ? '' : entry.status,
    ]),
    true,
  );
}

/**
 * Renders the result of a reservation: the entry in one line, then one line for each conflict.
 *
 * @param entry - The entry that holds the port.
 * @example 'reserved 20000/tcp "billing-api" own-cfec021c38cf'
 */
export function reservedText({ warnings, ...entry }: WrittenAssociation): string {
  const lines = warnings.map(({ severity, detail }) => toPrintable(`        ${severity}: ${detail}`));
  return `${[`reserved ${entryWords(entry)}`, ...lines].join('\n')}\n`;
}

/**
 * Renders the result of a release.
 *
 * @param entry - The deleted entry.
 * @example 'released 20000/tcp "billing-api" own-cfec021c38cf'
 */
export function releasedText(entry: Association): string {
  return `released ${entryWords(entry)}\n`;
}

function entryWords(entry: Association): string {
  const { id, name, protocols } = entry;
  return toPrintable(`${formatSpan(entry)}/${protocols.join(',')} ${JSON.stringify(name)} ${id}`);
}
