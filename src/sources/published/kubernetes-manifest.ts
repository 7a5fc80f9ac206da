import { ANY_NODE, type PublishedPort } from '../../registry/published/published-port.ts';
import { quoteInput } from '../../registry/values/registry-error.ts';
import { parseHostAddress } from './host-address.ts';
import { imageName } from './image-name.ts';
import type { PublishedCollector } from './published-collector.ts';
import { parsePublishedRange } from './published-range.ts';
import type { YamlNode } from './yaml-document.ts';

/** The most levels of lists in lists. */
const DEEPEST_LIST = 8;

/** The places of the specification of pods in a workload. */
const POD_SPECS: readonly (readonly string[])[] = [
  ['spec', 'template', 'spec'],
  ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ['template', 'spec'],
];

const CONTAINERS = ['containers', 'initContainers'] as const;

/** The labels with the name of the software. */
const NAME_LABELS = ['app.kubernetes.io/name', 'app', 'k8s-app'] as const;

/**
 * Collects the ports that a Kubernetes object opens on nodes: node ports of Services, and host ports of pods.
 *
 * @param object - The object, or a list of objects.
 * @param collector - Receives the ports.
 * @param depth - The number of lists around the object.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/
 */
export function readKubernetes(object: YamlNode, collector: PublishedCollector, depth = 0): void {
  const kind = object.get('kind')?.text ?? '';
  const items = object.get('items');
  if (items !== undefined && kind.endsWith('List')) {
    if (depth < DEEPEST_LIST) for (const item of items.items()) readKubernetes(item, collector, depth + 1);
    return;
  }
  const name = object.get('metadata', 'name')?.text ?? kind;
  const namespace = object.get('metadata', 'namespace')?.text ?? '';
  const labels = object.get('metadata', 'labels');
  const otherNames = NAME_LABELS.flatMap((label) => labels?.get(label)?.text ?? []);
  const identity = collector.identityOf(`${kind} ${namespace}/${name}`);
  const add = new PortReader({ name, otherNames, identity }, collector);
  if (kind === 'Service') readService(object, add);
  const pods = kind === 'Pod' ? [['spec']] : POD_SPECS;
  for (const path of pods) {
    const spec = object.get(...path);
    if (spec !== undefined) readPods(spec, add);
  }
}

function readService(service: YamlNode, reader: PortReader): void {
  for (const port of service.get('spec', 'ports')?.items() ?? []) {
    reader.read('nodePort', port.get('nodePort'), port, [port.get('name')?.text ?? '']);
  }
  const check = service.get('spec', 'healthCheckNodePort');
  if (check !== undefined) reader.read('nodePort', check, undefined, []);
}

function readPods(spec: YamlNode, reader: PortReader): void {
  const nodeLabels = nodeLabelsOf(spec);
  const usesHostNetwork = spec.get('hostNetwork')?.text === 'true';
  for (const list of CONTAINERS) {
    for (const container of spec.get(list)?.items() ?? []) {
      const names = [container.get('name')?.text ?? '', imageName(container.get('image')?.text ?? '')];
      for (const port of container.get('ports')?.items() ?? []) {
        const written = port.get('hostPort') ?? (usesHostNetwork ? port.get('containerPort') : undefined);
        reader.read('hostPort', written, port, [...names, port.get('name')?.text ?? ''], nodeLabels);
      }
    }
  }
}

/** Returns the labels that the node of pods must have, and its name. */
function nodeLabelsOf(spec: YamlNode): PublishedPort['nodeLabels'] {
  const labels = [...(spec.get('nodeSelector')?.entries() ?? []), ['nodeName', spec.get('nodeName')] as const];
  return new Map(labels.flatMap(([label, value]) => (value?.text ? [[label, value.text]] : [])));
}

/** Reads the ports of one object. */
class PortReader {
  readonly #common: Pick<PublishedPort, 'name' | 'otherNames' | 'identity'>;
  readonly #collector: PublishedCollector;

  constructor(common: Pick<PublishedPort, 'name' | 'otherNames' | 'identity'>, collector: PublishedCollector) {
    this.#common = common;
    this.#collector = collector;
  }

  /**
   * Adds a port.
   *
   * @param setting - The kind of port.
   * @param number - The number; undefined for none.
   * @param fields - The mapping with its protocol and address.
   * @param names - Further names of the software; empty ones are left out.
   * @param nodeLabels - What the node must have.
   */
  read(
    setting: 'nodePort' | 'hostPort',
    number: YamlNode | undefined,
    fields: YamlNode | undefined,
    names: readonly string[],
    nodeLabels = ANY_NODE,
  ): void {
    if (number === undefined) return;
    const { line } = number;
    const span = parsePublishedRange(number.text ?? '-');
    if (span === null) return;
    const protocolWord = fields?.get('protocol')?.text ?? 'TCP';
    const addressWord = fields?.get('hostIP')?.text ?? '';
    const protocol = this.#collector.protocolOf(protocolWord);
    const address = parseHostAddress(addressWord);
    if (span === undefined || span.firstPort !== span.lastPort)
      this.#unchecked(line, setting, number.text ?? '', 'an integer from 0 to 65535');
    else if (protocol === null) this.#unchecked(line, 'protocol', protocolWord, 'TCP, UDP or SCTP');
    else if (address === undefined) this.#unchecked(line, 'hostIP', addressWord, 'an IP address');
    else {
      const otherNames = [...this.#common.otherNames, ...names.filter((name) => name !== '')];
      const where = { setting, protocol, address, nodeLabels };
      this.#collector.addPort({ ...this.#common, ...span, ...where, line, otherNames, profiles: [] });
    }
  }

  #unchecked(line: number, what: string, text: string, expected: string): void {
    const detail = `Cannot parse ${what} ${quoteInput(text)}: expected ${expected}.`;
    this.#collector.addUnchecked(line, this.#common.name, detail);
  }
}
