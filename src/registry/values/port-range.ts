import { LAST_PORT, PORT_COUNT } from './port-number.ts';

/** One of the three ranges of port numbers of RFC 6335. */
export interface PortRange {
  /** `system`, `user` or `dynamic`. */
  readonly name: 'system' | 'user' | 'dynamic';
  /** The range's title in RFC 6335. */
  readonly title: 'System Ports' | 'User Ports' | 'Dynamic Ports';
  /** Lowest port number, 0-65535. */
  readonly firstPort: number;
  /** Highest port number, 0-65535. */
  readonly lastPort: number;
  /** The document and section that define the range. */
  readonly reference: string;
}

const REFERENCE = 'RFC 6335, section 6';

const SYSTEM: PortRange = { name: 'system', title: 'System Ports', firstPort: 0, lastPort: 1023, reference: REFERENCE };
const USER: PortRange = { name: 'user', title: 'User Ports', firstPort: 1024, lastPort: 49151, reference: REFERENCE };
const DYNAMIC: PortRange = {
  name: 'dynamic',
  title: 'Dynamic Ports',
  firstPort: 49152,
  lastPort: 65535,
  reference: REFERENCE,
};

/**
 * The three ranges, lowest first. They are also called Well Known, Registered and Private Ports.
 *
 * @see RFC 6335, section 6
 */
export const PORT_RANGES: readonly PortRange[] = [SYSTEM, USER, DYNAMIC];

/**
 * Returns the range that contains a port.
 *
 * @param port - A port number, 0-65535.
 */
export function rangeOf(port: number): PortRange {
  if (port <= SYSTEM.lastPort) return SYSTEM;
  return port <= USER.lastPort ? USER : DYNAMIC;
}

/** One port (`firstPort` equals `lastPort`) or a range of ports. */
export interface PortSpan {
  readonly firstPort: number;
  readonly lastPort: number;
}

/**
 * Counts the ports between the ends of a span: 0 for a single port, so that narrower spans sort first.
 *
 * @param span - Both ends, 0-65535.
 */
export function spanWidth(span: PortSpan): number {
  return span.lastPort - span.firstPort;
}

/**
 * Formats a span as IANA does.
 *
 * @param span - Both ends, 0-65535.
 * @example formatSpan({ firstPort: 6000, lastPort: 6063 }) // '6000-6063'
 */
export function formatSpan(span: PortSpan): string {
  return span.firstPort === span.lastPort ? String(span.firstPort) : `${span.firstPort}-${span.lastPort}`;
}

/**
 * Names the ports of a span in a sentence.
 *
 * @param span - Both ends, 0-65535.
 * @example namePorts({ firstPort: 6000, lastPort: 6063 }) // 'ports 6000-6063'; 'port 443' for a single one
 */
export function namePorts(span: PortSpan): string {
  return `${spanWidth(span) === 0 ? 'port' : 'ports'} ${formatSpan(span)}`;
}

/**
 * Returns the narrowest span that contains others.
 *
 * @param spans - At least one.
 */
export function boundsOf(spans: readonly PortSpan[]): PortSpan {
  let [firstPort, lastPort] = [LAST_PORT, 0];
  for (const span of spans) {
    firstPort = Math.min(firstPort, span.firstPort);
    lastPort = Math.max(lastPort, span.lastPort);
  }
  return { firstPort, lastPort };
}

/**
 * Returns whether a span contains a port.
 *
 * @param span - Both ends, 0-65535.
 * @param port - A port number, 0-65535.
 */
export function contains(span: PortSpan, port: number): boolean {
  return span.firstPort <= port && port <= span.lastPort;
}

/** Returns whether two spans have a port in common. */
export function overlaps(a: PortSpan, b: PortSpan): boolean {
  return a.firstPort <= b.lastPort && b.firstPort <= a.lastPort;
}

/**
 * Returns 1 for each port that a span contains, and 0 for all others. It counts the spans that start and end at each port, so that it
 * visits each port once, however many spans contain it.
 *
 * @param spans - Any spans; they may overlap.
 */
export function coveredPorts(spans: readonly PortSpan[]): Uint8Array<ArrayBuffer> {
  const changes = new Int32Array(PORT_COUNT + 1);
  for (const { firstPort, lastPort } of spans) {
    changes[firstPort] = (changes[firstPort] ?? 0) + 1;
    changes[lastPort + 1] = (changes[lastPort + 1] ?? 0) - 1;
  }
  const covered = new Uint8Array(PORT_COUNT);
  let open = 0;
  for (let port = 0; port < PORT_COUNT; port++) {
    open += changes[port] ?? 0;
    covered[port] = Number(open > 0);
  }
  return covered;
}
