import type { Socket } from '../../registry/rows/socket.ts';
import { tryParsePortNumber } from '../../registry/values/port-number.ts';
import type { RunStep } from '../../registry/values/run-step.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { findList, parseItems } from './json-list.ts';
import { isRecord, type JsonRecord, parseJson, recordsOf } from './json-record.ts';
import { listeningPort, refuseSnapshot } from './parsed-snapshot.ts';

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
 * @throws {RegistryError} `invalid_argument`, with the item.
 */
export async function parseKubernetesList(text: string, run: RunStep): Promise<Socket[]> {
  const found = await run(() => findList(text, 'items', 1));
  const count = found?.items.length ?? 0;
  const list = found === null || found.frame.length > LONGEST_FRAME + 2 * count ? undefined : parseJson(found.frame);
  const hasItems = isRecord(list) && Array.isArray(list.items) && list.items.length === count;
  if (found === null || !hasItems) return refuseSnapshot('the text', text.slice(0, 80), EXPECTED);
  const sockets: Socket[] = [];
  await parseItems(text, found.items, 'item', run, (item, place) => {
    for (const socket of portsOf(item, place)) sockets.push(socket);
  });
  return sockets;
}

function portsOf(item: JsonRecord, place: string): Socket[] {
  const { namespace, name } = isRecord(item.metadata) ? item.metadata : {};
  const isKnown = (item.kind === 'Service' || item.kind === 'Pod') && isRecord(item.spec);
  if (!isKnown || typeof namespace !== 'string' || typeof name !== 'string') {
    return refuseSnapshot(place, `${item.kind} ${namespace}/${name}`, 'expected a Service or a Pod of kubectl');
  }
  const { spec } = item;
  const status = isRecord(item.status) ? item.status : {};
  const add = adder(place);
  if (item.kind === 'Service') addService(spec as JsonRecord, status, `${namespace}/${name}`, add);
  else if (status.phase === 'Running') addPod(spec as JsonRecord, namespace, add);
  return add.sockets;
}

interface Adder {
  (port: unknown, protocol: unknown, address: unknown, name: string): void;
  readonly sockets: Socket[];
}

/** Returns a function that adds a port; it ignores a port that is undefined or 0. */
function adder(place: string): Adder {
  const sockets: Socket[] = [];
  const add = (port: unknown, protocol: unknown, address: unknown, name: string): void => {
    if (port === undefined || port === 0) return;
    const number = typeof port === 'number' ? tryParsePortNumber(String(port), place) : null;
    const known = PROTOCOLS.get(protocol);
    if (typeof number !== 'number' || known === undefined) {
      refuseSnapshot(place, `${port}/${protocol ?? 'TCP'}`, 'expected a port from 1 to 65535, and TCP, UDP or SCTP');
    } else
      sockets.push(listeningPort(known, typeof address === 'string' && address !== '' ? address : null, number, name));
  };
  return Object.assign(add, { sockets });
}

/** A load balancer and an external address have the port of the service, every node has the node port. */
function addService(spec: JsonRecord, status: JsonRecord, name: string, add: Adder): void {
  const balancer = isRecord(status.loadBalancer) ? status.loadBalancer : {};
  const external = Array.isArray(spec.externalIPs) ? spec.externalIPs : [];
  const addresses = [...recordsOf(balancer.ingress).map(({ ip, hostname }) => ip ?? hostname), ...external];
  for (const { port, nodePort, protocol } of recordsOf(spec.ports)) {
    add(nodePort, protocol, null, name);
    for (const address of addresses) if (typeof address === 'string') add(port, protocol, address, name);
  }
  add(spec.healthCheckNodePort, 'TCP', null, name);
}

function addPod(spec: JsonRecord, namespace: string, add: Adder): void {
  // An init container that is always restarted runs beside the others.
  const sidecars = recordsOf(spec.initContainers).filter(({ restartPolicy }) => restartPolicy === 'Always');
  for (const { name, ports } of [...sidecars, ...recordsOf(spec.containers)]) {
    for (const { hostPort, hostIP, containerPort, protocol } of recordsOf(ports)) {
      const port = hostPort ?? (spec.hostNetwork === true ? containerPort : undefined);
      add(port, protocol, hostIP, `${namespace}/${name}`);
    }
  }
}
