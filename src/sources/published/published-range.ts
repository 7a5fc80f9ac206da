import { LAST_PORT } from '../../registry/values/port-number.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';

/**
 * Parses a published port or range, such as `8080` or `3000-3005`.
 *
 * @param text - Any text.
 * @returns Null for an empty text and for 0, for which the system selects a port; undefined for another text.
 */
export function parsePublishedRange(text: string): PortSpan | null | undefined {
  if (text === '') return null;
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const span = { firstPort: Number(first), lastPort: Number(last) };
  if (first === '' || span.lastPort > LAST_PORT || span.firstPort > span.lastPort) return undefined;
  return span.lastPort === 0 ? null : span;
}
