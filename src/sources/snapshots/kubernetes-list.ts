import type { Socket } from '../../registry/rows/socket.ts';
import { tryParsePortNumber } from '../../registry/values/port-number.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { isRecord, type JsonRecord, parseJson, recordsOf } from '../json-record.ts';
import { findList, parseItems } from './json-list.ts';
import { checkPublishedCount, listeningPort, refuseSnapshot } from './parsed-snapshot.ts';

/** The longest text around the list, in characters. */
const LONGEST_FRAME = 64 * 1024;

const EXPECTED = 'expected the list of kubectl get services,pods --all-namespaces -o json';

/** The protocols of Kubernetes. */
const PROTOCOLS: ReadonlyMap<unknown, TransportProtocol> = new Map([
  [undefined, 'tcp'],
  ['TCP', 'tcp'],
  ['UDP', 'udp'],
  ['SCTP', 'sctp'],
]);

/**
 * Parses the output of `kubectl get services,pods -o json`: the ports on which a cluster is reached. These are node ports, ports
 * of load balancers and of external addresses with the name `namespace/service`, and host ports of running pods with the name
 * `namespace/container`. Ports inside the cluster are left out.
 *
 * @param text - The whole text.
 * @param run - Runs the steps. The first one finds the items.
 * @returns The ports, each computed when it is read: a short service can have many ports on many addresses.
 * @throws {RegistryError} `invalid_argument`, with the item; `too_large` for too many ports.
 */
export async function parseKubernetesList(text: string, run: RunStep): Promise<Iterable<Socket>> {
  const found = await run(() => findList(text, 'items', 1));
  const count = found?.items.length ?? 0;
  const list = found === null || found.frame.length > LONGEST_FRAME + 2 * count ? undefined : parseJson(found.frame);
  const hasItems = isRecord(list) && Array.isArray(list.items) && list.items.length === count;
  if (found === null || !hasItems) return refuseSnapshot('the text', text.slice(0, 80), EXPECTED);
  const published: Published[] = [];
  let sockets = 0;
  await parseItems(text, found.items, 'item', run, (item, place) => {
    for (const port of portsOf(item, place)) {
      published.push(port);
      sockets += port.addresses.length;
      checkPublishedCount(sockets);
    }
  });
  return { [Symbol.iterator]: () => socketsOf(published) };
}

function* socketsOf(published: readonly Published[]): Generator<Socket> {
  for (const { protocol, port, addresses, name } of published) {
    for (const address of addresses) yield listeningPort(protocol, address, port, name);
  }
}

/** A port on which clients reach a service or a pod. */
interface Published {
  readonly port: number;
  readonly protocol: TransportProtocol;
  /** Its addresses; null stands for every address of the nodes. */
  readonly addresses: readonly (string | null)[];
  readonly name: string;
}

function portsOf(item: JsonRecord, place: string): readonly Published[] {
  const { namespace, name } = isRecord(item.metadata) ? item.metadata : {};
  const isKnown = (item.kind === 'Service' || item.kind === 'Pod') && isRecord(item.spec);
  if (!isKnown || typeof namespace !== 'string' || typeof name !== 'string') {
    return refuseSnapshot(place, `${item.kind} ${namespace}/${name}`, 'expected a Service or a Pod of kubectl');
  }
  const { spec } = item;
  const status = isRecord(item.status) ? item.status : {};
  const ports = new PortList(place);
  if (item.kind === 'Service') addService(spec as JsonRecord, status, `${namespace}/${name}`, ports);
  else if (status.phase === 'Running') addPod(spec as JsonRecord, namespace, ports);
  return ports.published;
}

/** Checks the ports of an item. */
class PortList {
  readonly published: Published[] = [];
  readonly #place: string;

  constructor(place: string) {
    this.#place = place;
  }

  /** Adds a port; ignores one that is undefined or 0. */
  add(port: unknown, protocol: unknown, addresses: readonly (string | null)[], name: string): void {
    if (port === undefined || port === 0) return;
    const number = typeof port === 'number' ? tryParsePortNumber(String(port), this.#place) : null;
    const known = PROTOCOLS.get(protocol);
    if (typeof number === 'number' && known !== undefined) {
      this.published.push({ port: number, protocol: known, addresses, name });
      return;
    }
    const expected = 'expected a port from 1 to 65535, and TCP, UDP or SCTP';
    refuseSnapshot(this.#place, `${port}/${protocol ?? 'TCP'}`, expected);
  }
}

/** Adds the ports of a service: a load balancer and an external address have its port, every node has the node port. */
function addService(spec: JsonRecord, status: JsonRecord, name: string, ports: PortList): void {
  const balancer = isRecord(status.loadBalancer) ? status.loadBalancer : {};
  const external = Array.isArray(spec.externalIPs) ? spec.externalIPs : [];
  const written = [...recordsOf(balancer.ingress).map(({ ip, hostname }) => ip ?? hostname), ...external];
  const addresses = written.filter((address) => typeof address === 'string').map(toAddress);
  for (const { port, nodePort, protocol } of recordsOf(spec.ports)) {
    ports.add(nodePort, protocol, [null], name);
    if (addresses.length > 0) ports.add(port, protocol, addresses, name);
  }
  ports.add(spec.healthCheckNodePort, 'TCP', [null], name);
}

function toAddress(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function addPod(spec: JsonRecord, namespace: string, list: PortList): void {
  // An init container that is always restarted runs beside the others.
  const sidecars = recordsOf(spec.initContainers).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const { name, ports } of [...sidecars, ...recordsOf(spec.containers)]) {
    for (const { hostPort, hostIP, containerPort, protocol } of recordsOf(ports)) {
      const port = hostPort ?? (spec.hostNetwork === true ? containerPort : undefined);
      list.add(port, protocol, [toAddress(hostIP)], `${namespace}/${name}`);
    }
  }
}
