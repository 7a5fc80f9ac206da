import { parseSearchQuestion } from '../../registry/search/search-question.ts';
import { LARGEST_PAGE } from '../../registry/values/page.ts';
import type { PortQuery } from '../../registry/values/port-query.ts';
import { formatSpan, spanWidth } from '../../registry/values/port-range.ts';
import { addressWith, portAddress, serviceAddress } from '../parts/address.ts';

/**
 * Returns the address of the page that a search text asks for: that of a port, of a list of ports, or of a service.
 *
 * @param text - The search text.
 * @param isService - Returns whether a text is the name of a service, in any case.
 * @returns The address; null for a text with other results.
 */
export function searchAddress(text: string, isService: (name: string) => boolean): string | null {
  const { ports, detail, text: name } = parseSearchQuestion(text);
  const [first, ...others] = ports;
  if (detail !== null) return null;
  if (first === undefined) return name !== '' && isService(name) ? serviceAddress(name) : null;
  if (others.length === 0 && spanWidth(first) === 0) return portAddress(first.firstPort, first.protocol);
  const count = ports.reduce((sum, query) => sum + spanWidth(query) + 1, 0);
  return count > LARGEST_PAGE ? null : addressWith('/ports', { ports: ports.map(formatQuery).join(',') });
}

function formatQuery(query: PortQuery): string {
  return query.protocol === null ? formatSpan(query) : `${formatSpan(query)}/${query.protocol}`;
}
