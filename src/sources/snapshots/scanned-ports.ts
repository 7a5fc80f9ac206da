import type { ScannedPorts } from '../../registry/observed/snapshot.ts';
import { LAST_PORT, PORT_COUNT } from '../../registry/values/port-number.ts';
import type { PortSpan } from '../../registry/values/port-range.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';

/** A set of ports of several protocols: one byte for each port. */
export class PortSet {
  readonly #ports = new Map<TransportProtocol, Uint8Array>();

  /** Returns whether no protocol has a port. */
  get isEmpty(): boolean {
    return [...this.#ports.values()].every((ports) => !ports.includes(1));
  }

  /**
   * Adds or removes ports.
   *
   * @param protocol - The protocol.
   * @param span - The ports.
   * @param isIn - False to remove them.
   */
  set(protocol: TransportProtocol, { firstPort, lastPort }: PortSpan, isIn: boolean): void {
    const ports = this.#ports.get(protocol) ?? new Uint8Array(PORT_COUNT);
    this.#ports.set(protocol, ports.fill(isIn ? 1 : 0, firstPort, lastPort + 1));
  }

  /** Returns a copy. */
  copy(): PortSet {
    const copy = new PortSet();
    for (const [protocol, ports] of this.#ports) copy.#ports.set(protocol, ports.slice());
    return copy;
  }

  /**
   * Removes the ports that another set does not have.
   *
   * @param other - The other set.
   */
  keepOnly(other: PortSet): void {
    for (const [protocol, ports] of this.#ports) {
      const others = other.#ports.get(protocol);
      for (let port = 0; port <= LAST_PORT; port++) if (others?.[port] !== 1) ports[port] = 0;
    }
  }

  /** Returns the ports as ranges, by protocol and port. */
  spans(): ScannedPorts[] {
    const spans: ScannedPorts[] = [];
    for (const [protocol, ports] of [...this.#ports].sort(([a], [b]) => (a < b ? -1 : 1))) {
      for (let firstPort = ports.indexOf(1); firstPort >= 0; ) {
        const end = ports.indexOf(0, firstPort);
        spans.push({ protocol, firstPort, lastPort: end < 0 ? LAST_PORT : end - 1 });
        firstPort = end < 0 ? -1 : ports.indexOf(1, end);
      }
    }
    return spans;
  }
}

/**
 * Parses a list of ports as nmap prints it: `22,80,8000-8010`, in order.
 *
 * @param text - The list; empty for no port.
 * @returns Null for any other text.
 */
export function parseServices(text: string): PortSpan[] | null {
  if (text === '') return [];
  const spans: PortSpan[] = [];
  let next = 0;
  for (const item of text.split(',')) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(item) ?? [];
    const [firstPort, lastPort] = [Number(first), Number(last)];
    if (!(next <= firstPort && firstPort <= lastPort && lastPort <= LAST_PORT)) return null;
    next = lastPort + 1;
    spans.push({ firstPort, lastPort });
  }
  return spans;
}
