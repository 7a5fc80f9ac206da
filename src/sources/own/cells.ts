import type { FieldKindName } from '../../registry/values/field-kinds.ts';
import type { Parsed } from '../../registry/values/fields.ts';
import { LAST_PORT } from '../../registry/values/port-number.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { parseProtocolWords } from './protocol-words.ts';

/** The parser of a cell that is not empty, by the kind of its field. A kind without one is a text, taken as it is. */
export const CELLS: { readonly [Kind in FieldKindName]?: (cell: string) => Parsed<unknown> } = {
  port: (cell) => {
    const parsed = parsePorts(cell);
    if ('expected' in parsed) return parsed;
    const { firstPort, lastPort } = parsed.value;
    return firstPort === lastPort ? { value: firstPort } : { expected: 'one port' };
  },
  protocolList: parseProtocolWords,
  wordList: (cell) => ({ value: toList(cell, /[,;]/, (word) => word) }),
  referenceList: (cell) => ({ value: toList(cell, ' | ', toReference) }),
  oneOf: (cell) => ({ value: cell.trim() }),
  day: (cell) => ({ value: cell.trim() }),
  webLink: (cell) => ({ value: cell.trim() }),
};

/** The ports of a cell, with the protocols that it may name. */
export interface PortCell extends PortSpan {
  readonly protocols: readonly TransportProtocol[] | null;
}

/**
 * Parses the ports of a cell.
 *
 * @param cell - Such as `8443`, `8000-8009` or `443/tcp`.
 */
export function parsePorts(cell: string): Parsed<PortCell> {
  const [, first, last = first, words] = /^(\d{1,5})(?:[-–](\d{1,5}))?(?:\/(.+))?$/.exec(cell.replace(/\s/g, '')) ?? [];
  const [firstPort, lastPort] = [Number(first), Number(last)];
  if (first === undefined || firstPort > LAST_PORT || lastPort > LAST_PORT)
    return { expected: `a port from 0 to ${LAST_PORT}, or a range such as 8000-8009` };
  if (firstPort > lastPort) return { expected: 'the lower port of a range first' };
  const protocols = words === undefined ? { value: null } : parseProtocolWords(words);
  return 'expected' in protocols ? protocols : { value: { firstPort, lastPort, protocols: protocols.value } };
}

/** Splits a list at `|`, or if it has none at another separator. JSON is parsed; the validation of the entry refuses other values than lists. */
function toList(cell: string, separator: string | RegExp, parseItem: (text: string) => unknown): unknown {
  if (cell.trimStart().startsWith('[')) {
    try {
      return JSON.parse(cell);
    } catch {
      return cell;
    }
  }
  const texts = cell.split(typeof separator === 'string' || !cell.includes('|') ? separator : '|');
  return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))].map(parseItem);
}

/** Parses `Title <https://…>`, or a title alone. */
function toReference(text: string): unknown {
  const [, title, url] = /^(.+) <([^<>]+)>$/.exec(text) ?? [];
  return title === undefined ? { title: text, url: null } : { title, url };
}
