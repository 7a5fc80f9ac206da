import { ANY_NODE, type PublishedPort } from '../../registry/published/published-port.ts';
import { quoteInput } from '../../registry/values/registry-error.ts';
import { type PortWords, parseShortPort } from './compose-port.ts';
import { parseHostAddress } from './host-address.ts';
import { imageName } from './image-name.ts';
import { type Interpolated, interpolate, type Variables } from './interpolate.ts';
import type { PublishedCollector } from './published-collector.ts';
import { parsePublishedRange } from './published-range.ts';
import type { YamlNode } from './yaml-document.ts';

/** The longest text of a port, in characters. */
const LONGEST_PORT = 1_000;

/**
 * Collects the published ports of a Docker Compose file.
 *
 * @param root - The document, with the mapping `services`.
 * @param variables - The variables of the `.env` file.
 * @param collector - Receives the ports.
 * @see https://docs.docker.com/reference/compose-file/services/#ports
 */
export function readCompose(root: YamlNode, variables: Variables, collector: PublishedCollector): void {
  const services = new Map(root.get('services')?.entries());
  for (const [name, service] of services) new ComposeService(name, service, variables, collector).read(services);
}

class ComposeService {
  readonly #name: string;
  readonly #node: YamlNode;
  readonly #variables: Variables;
  readonly #collector: PublishedCollector;
  /** The ports so far: Docker Compose merges equal ones. */
  readonly #known = new Set<string>();

  constructor(name: string, node: YamlNode, variables: Variables, collector: PublishedCollector) {
    this.#name = name;
    this.#node = node;
    this.#variables = variables;
    this.#collector = collector;
  }

  read(services: ReadonlyMap<string, YamlNode>): void {
    const hostNetwork = this.#node.get('network_mode');
    if (hostNetwork?.text === 'host')
      this.#unchecked(hostNetwork.line, 'It uses the network of the host: the file does not say on which ports.');
    for (const path of this.#containerFiles()) this.#collector.addContainerFile(path);
    const otherNames = this.#otherNames();
    const profiles = textsOf(this.#node.get('profiles'));
    for (const item of this.#portItems(services)) {
      const port = this.#publishedPort(item);
      if (port === null) continue;
      this.#collector.addComposePort(port);
      this.#collector.addPort({ ...port, otherNames, profiles, nodeLabels: ANY_NODE });
    }
  }

  /** Yields the items of `ports`, those of the services that it extends too. */
  *#portItems(services: ReadonlyMap<string, YamlNode>): Generator<YamlNode> {
    const known = new Set([this.#name]);
    for (let node: YamlNode | undefined = this.#node; node !== undefined; ) {
      const ports: YamlNode | undefined = node.get('ports');
      if (ports !== undefined && !ports.isList && !NO_VALUE.includes(ports.text ?? 'a mapping'))
        this.#unchecked(ports.line, 'Cannot read its ports: expected a list such as ["8080:80"].');
      yield* ports?.items() ?? [];
      const written: YamlNode | undefined = node.get('extends');
      if (written === undefined) return;
      const name: string = written.text ?? written.get('service')?.text ?? '';
      node = written.get('file') === undefined && isNew(known, name) ? services.get(name) : undefined;
      if (node === undefined)
        this.#unchecked(written.line, 'It extends a service that is not in this file: its ports are not read.');
    }
  }

  /** Returns the files with variables of the container. */
  #containerFiles(): string[] {
    const files = this.#node.get('env_file');
    if (files?.text !== undefined) return [files.text];
    return [...(files?.items() ?? [])].flatMap((item) => item.text ?? item.get('path')?.text ?? []);
  }

  #otherNames(): string[] {
    const names = [this.#node.get('container_name'), this.#node.get('image')].map((node) => this.#expand(node)?.text);
    const [container = '', image = ''] = names;
    return [container, imageName(image)].filter((name) => name !== '');
  }

  /** Returns the port of an item; null for a port that the system selects, and for one that cannot be checked. */
  #publishedPort(item: YamlNode): Omit<PublishedPort, 'file' | 'otherNames' | 'profiles' | 'nodeLabels'> | null {
    const { line } = item.get('published') ?? item;
    const words = item.isMap ? this.#longPort(item) : this.#shortPort(item);
    if (words === null || !isNew(this.#known, JSON.stringify(words))) return null;
    const target = parsePublishedRange(words.target);
    if (target != null) this.#collector.addComposePort(target);
    const span = parsePublishedRange(words.published);
    const protocol = this.#collector.protocolOf(words.protocol);
    const address = parseHostAddress(words.address);
    if (span === null) return null;
    if (span !== undefined && protocol !== null && address !== undefined) {
      const identity = this.#collector.identityOf(`service ${this.#name}`);
      return { ...span, line, setting: 'ports', name: this.#name, protocol, address, identity };
    }
    const [what, text, expected] =
      span === undefined
        ? ['published port', words.published, 'an integer from 0 to 65535, or a range such as 3000-3005']
        : protocol === null
          ? ['protocol', words.protocol, 'tcp, udp or sctp']
          : ['address', words.address, 'an IP address'];
    this.#unchecked(line, `Cannot parse the ${what} ${quoteInput(text)}: expected ${expected}.`);
    return null;
  }

  #shortPort(item: YamlNode): PortWords | null {
    const expanded = this.#expandPort(item);
    return expanded === null ? null : parseShortPort(expanded);
  }

  #longPort(item: YamlNode): PortWords | null {
    const [published, address, protocol, target] = ['published', 'host_ip', 'protocol', 'target'].map((key) => {
      const node = item.get(key);
      return node === undefined ? '' : this.#expandPort(node);
    });
    if (published == null || address == null || protocol == null) return null;
    return { published, address, protocol: protocol === '' ? 'tcp' : protocol, target: target ?? '' };
  }

  /** Replaces the variables of a text; null, and a finding, where one has no value. */
  #expandPort(node: YamlNode): string | null {
    const expanded = this.#expand(node);
    if (expanded === undefined) {
      this.#unchecked(node.line, `Cannot parse the published port: expected a text such as "8080:80".`);
      return null;
    }
    const [missing] = expanded.missing;
    if (missing === undefined) {
      this.#collector.addUsed(expanded.used);
      return expanded.text;
    }
    const cause = `the variable ${missing} has no value in ${this.#collector.variablesName}`;
    this.#unchecked(node.line, `Cannot determine the published port of ${quoteInput(node.text ?? '')}: ${cause}.`);
    return null;
  }

  #expand(node: YamlNode | undefined): Interpolated | undefined {
    const text = node?.text;
    if (text === undefined || text.length > LONGEST_PORT) return undefined;
    return interpolate(text, this.#variables);
  }

  #unchecked(line: number, detail: string): void {
    this.#collector.addUnchecked(line, this.#name, detail);
  }
}

/** The ways to write a key without a value. */
const NO_VALUE = ['', '~', 'null'];

function textsOf(list: YamlNode | undefined): string[] {
  return [...(list?.items() ?? [])].flatMap((item) => item.text ?? []);
}

function isNew(known: Set<string>, text: string): boolean {
  const { size } = known;
  return known.add(text).size > size;
}
