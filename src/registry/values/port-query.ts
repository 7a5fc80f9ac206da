import { tryParsePortNumber } from './port-number.ts';
import { formatSpan, type PortSpan } from './port-range.ts';
import { type Fault, invalidArgument, quoteInput, RegistryError } from './registry-error.ts';
import { type TransportProtocol, tryParseTransportProtocol } from './transport-protocol.ts';

/** A query for a port or a range of ports, on one transport protocol or on any. */
export interface PortQuery extends PortSpan {
  /** Null for any protocol. */
  readonly protocol: TransportProtocol | null;
}

/**
 * Parses `22`, `443/tcp`, `6000-6010` or `6000-6010/udp`.
 *
 * @param text - Any text; surrounding blanks are ignored.
 * @param parameter - The parameter's name, for the error.
 * @throws {RegistryError} `invalid_argument` when a part is not a port or protocol, or the range is reversed.
 */
export function parsePortQuery(text: string, parameter = 'ports'): PortQuery {
  const query = tryParsePortQuery(text, parameter);
  if ('detail' in query) throw invalidArgument(query);
  return query;
}

/**
 * Parses a port query as `parsePortQuery` does, but returns the fault instead of throwing it.
 *
 * @param text - Any text; surrounding blanks are ignored.
 * @param parameter - The parameter's name, for the fault.
 */
export function tryParsePortQuery(text: string, parameter: string): PortQuery | Fault {
  const [ports = '', protocolName, ...rest] = text.trim().split('/', 3);
  const [first = '', last = first, ...more] = ports.split('-', 3);
  // "-1" has a sign, not a range: it is parsed as a whole, so that the error quotes it.
  if (rest.length > 0 || more.length > 0 || (first === '' && ports !== '')) {
    const detail = `Cannot parse port ${quoteInput(text)}: expected a port such as 22, 443/tcp or 6000-6010`;
    return { parameter, detail };
  }
  const firstPort = tryParsePortNumber(first, parameter);
  if (typeof firstPort !== 'number') return firstPort;
  const lastPort = tryParsePortNumber(last, parameter);
  if (typeof lastPort !== 'number') return lastPort;
  const protocol = protocolName === undefined ? null : tryParseTransportProtocol(protocolName, parameter);
  if (protocol !== null && typeof protocol !== 'string') return protocol;
  if (firstPort <= lastPort) return { firstPort, lastPort, protocol };
  const expected = `expected the lower port first, ${lastPort}-${firstPort}`;
  return { parameter, detail: `Cannot parse port range ${quoteInput(text)}: ${expected}` };
}

/**
 * Parses `20000-29999`, or a single port.
 *
 * @param text - Any text; surrounding blanks are ignored.
 * @param parameter - The parameter's name, for the error.
 * @throws {RegistryError} `invalid_argument` when an end is not a port, the range is reversed, or it has a protocol.
 */
export function parsePortSpan(text: string, parameter: string): PortSpan {
  // Of one or two numbers, the fault names what is wrong with them.
  if (!/^\d+(?:-\d+)?(?:\/.*)?$/.test(text.trim())) {
    const detail = `Cannot parse port range ${quoteInput(text)}: expected a range such as 20000-29999`;
    throw invalidArgument({ parameter, detail });
  }
  const { firstPort, lastPort, protocol } = parsePortQuery(text, parameter);
  if (protocol === null) return { firstPort, lastPort };
  throw new RegistryError(
    'invalid_argument',
    `Cannot parse port range ${quoteInput(text)}: expected ports alone, such as ${formatSpan({ firstPort, lastPort })}`,
    { parameter },
  );
}

/**
 * Parses a list of port queries, `22,443/tcp,6000-6010`, and expands its ranges.
 *
 * @param text - The list, separated by commas.
 * @param most - The most ports after expansion.
 * @param parameter - The parameter's name, for the error.
 * @returns One query for each port, in the order of the list; duplicates are kept.
 * @throws {RegistryError} `invalid_argument` when an item is invalid or there are too many ports.
 */
export function parsePortList(text: string, most: number, parameter = 'ports'): PortQuery[] {
  const queries: PortQuery[] = [];
  for (const item of text.split(',')) {
    const query = parsePortQuery(item, parameter);
    const asked = queries.length + query.lastPort - query.firstPort + 1;
    if (asked > most) {
      throw new RegistryError(
        'invalid_argument',
        `Cannot answer for more than ${most} ports at once: item ${formatSpan(query)} makes it ${asked}`,
        { parameter },
      );
    }
    for (let port = query.firstPort; port <= query.lastPort; port++) {
      queries.push({ firstPort: port, lastPort: port, protocol: query.protocol });
    }
  }
  return queries;
}
