import type { ScannedPorts } from '../../registry/observed/snapshot.ts';
import type { Socket } from '../../registry/rows/socket.ts';
import { tryParsePortNumber } from '../../registry/values/port-number.ts';
import { isTransportProtocol, type TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { listeningPort } from './parsed-snapshot.ts';
import { PortSet, parseServices } from './scanned-ports.ts';

/** The states that show whether a port waits for clients. The others, such as `filtered`, do not. */
const DECIDED: ReadonlySet<string | undefined> = new Set(['open', 'closed']);

/** A host of a scan. */
export interface NmapHost {
  /** The names that the scan was called with, then those of its address, then the address. */
  readonly names: readonly string[];
  /** Why the host was not scanned to the end; null for a scanned host. */
  readonly fault: string | null;
  readonly sockets: readonly Socket[];
  readonly scanned: readonly ScannedPorts[];
  /** The place of its element in the text. */
  readonly start: number;
  readonly end: number;
}

/** Attributes of an element. */
export type Attributes = Readonly<Record<string, string>>;

/** Reads one element `host` of a scan. */
export class NmapHostReader {
  readonly #start: number;
  readonly #refuse: (expected: string) => never;
  readonly #covered: PortSet;
  /** The ports with an element of their own. */
  readonly #listed = new PortSet();
  readonly #names = { user: [] as string[], other: [] as string[], address: [] as string[] };
  readonly #sockets: Socket[] = [];
  #fault: string | null;
  #port: Attributes = {};
  /** Whether ports without an element of their own may be undecided. */
  #areOthersUndecided = false;
  /** The open element `extraports`: its state, and whether it lists its ports. */
  #extra: { state: string | undefined; isListed: boolean } | null = null;

  /**
   * @param scanned - The ports of the scan.
   * @param start - The place of the element in the text.
   * @param attributes - Its attributes.
   * @param refuse - Refuses the text, with the line.
   */
  constructor(scanned: PortSet, start: number, attributes: Attributes, refuse: (expected: string) => never) {
    this.#covered = scanned.copy();
    this.#start = start;
    this.#refuse = refuse;
    this.#fault = attributes.timedout === 'true' ? 'its scan took too long' : null;
  }

  /**
   * Reads the start of an element inside the host.
   *
   * @param place - The names of the elements around it, and its own.
   * @param attributes - Its attributes.
   */
  open(place: string, attributes: Attributes): void {
    const inHost = place.replace('nmaprun/host/', '');
    if (inHost === 'status' && attributes.state !== 'up') this.#fault = 'it is down';
    else if (inHost === 'address' && attributes.addrtype !== 'mac') this.#names.address.push(attributes.addr ?? '');
    else if (inHost === 'hostnames/hostname') {
      this.#names[attributes.type === 'user' ? 'user' : 'other'].push(attributes.name ?? '');
    } else if (inHost === 'ports/port') this.#port = attributes;
    else if (inHost === 'ports/port/state') this.#addPort(attributes.state);
    else if (inHost === 'ports/extraports') {
      this.#endExtra();
      this.#extra = { state: attributes.state, isListed: false };
    } else if (inHost === 'ports/extraports/extrareasons') this.#addReason(attributes);
  }

  /**
   * Returns the host.
   *
   * @param end - The place of the end of the element in the text.
   */
  finish(end: number): NmapHost {
    this.#endExtra();
    if (this.#areOthersUndecided) this.#covered.keepOnly(this.#listed);
    const { user, other, address } = this.#names;
    return {
      names: [...user, ...other, ...address],
      fault: this.#fault,
      sockets: this.#sockets,
      scanned: this.#covered.spans(),
      start: this.#start,
      end,
    };
  }

  #addPort(state: string | undefined): void {
    const { protocol = '', portid = '' } = this.#port;
    const port = tryParsePortNumber(portid, 'portid');
    if (typeof port !== 'number') this.#refuse('expected a port from 0 to 65535 in portid');
    else if (isTransportProtocol(protocol)) this.#addDecided(protocol, port, state);
  }

  #addDecided(protocol: TransportProtocol, port: number, state: string | undefined): void {
    const span = { firstPort: port, lastPort: port };
    this.#listed.set(protocol, span, true);
    this.#covered.set(protocol, span, DECIDED.has(state));
    if (state === 'open') this.#sockets.push(listeningPort(protocol, this.#names.address[0] ?? null, port, null));
  }

  /** Removes the ports whose state is not decided from those that the scan covers. */
  #addReason({ proto = '', ports }: Attributes): void {
    if (this.#extra === null || DECIDED.has(this.#extra.state) || ports === undefined) return;
    const spans = parseServices(ports);
    if (spans === null || !isTransportProtocol(proto)) this.#refuse('expected a list of ports in extrareasons');
    else for (const span of spans) this.#covered.set(proto, span, false);
    this.#extra.isListed = true;
  }

  /** Older versions do not list the ports without an element of their own: all of them may be undecided. */
  #endExtra(): void {
    if (this.#extra !== null && !this.#extra.isListed && !DECIDED.has(this.#extra.state)) {
      this.#areOthersUndecided = true;
    }
    this.#extra = null;
  }
}
