import type { WrittenAssociation } from '../registry/own-registry.ts';
import type { Association } from '../registry/rows/association.ts';
import { ownPortsText, releasedText, reservedText } from './own-ports-text.ts';
import type { ReadRequest, ToolAnswer } from './tool.ts';

/**
 * Builds the answer of a tool that reads.
 *
 * @param request - The request.
 * @param text - The resource as text. A list of own entries is rendered again, with the ids that a release needs.
 * @param json - The resource as JSON.
 */
export function toReadAnswer({ kind, query }: ReadRequest, text: string, json: ToolAnswer['json']): ToolAnswer {
  const body = kind === 'associations' ? ownPortsText((json as { results: Association[] }).results) : text;
  return { text: body + pageNote(json, kind, Number(query.get('offset') ?? 0)), json };
}

/**
 * Builds the answer of a reservation.
 *
 * @param entry - The entry that holds the port.
 */
export function toReserved(entry: WrittenAssociation): ToolAnswer {
  return { text: reservedText(entry), json: { ...entry } };
}

/**
 * Builds the answer of a release.
 *
 * @param entry - The deleted entry.
 */
export function toReleased(entry: Association): ToolAnswer {
  return { text: releasedText(entry), json: { ...entry } };
}

/** Says how many results a page leaves out: the text of a list does not show it. */
function pageNote({ count, next, results }: ToolAnswer['json'], kind: ReadRequest['kind'], offset: number): string {
  if (typeof next !== 'string' || !Array.isArray(results)) return '';
  const more =
    kind === 'associations' ? `the next one has offset ${offset + results.length}` : 'a larger limit gives more';
  return `${results.length} of ${count} results; ${more}\n`;
}
