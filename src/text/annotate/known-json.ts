import { parseWrittenPort } from '../../registry/values/port-number.ts';
import { parseProtocolWord } from '../../registry/values/transport-protocol.ts';
import { addField, findField, parseObject, usualProtocol } from './json-lines.ts';
import {
  type Annotator,
  NAMELESS,
  type Names,
  nameOfPort,
  nameOfWrittenPort,
  type WeightOf,
  weightsOf,
} from './port-names.ts';
import { serviceSide } from './service-endpoint.ts';

/** The fields of the two ports of a flow: Suricata, Zeek, Elastic Common Schema, and others. */
const FLOWS: readonly (readonly [source: string, destination: string])[] = [
  ['src_port', 'dest_port'],
  ['id.orig_p', 'id.resp_p'],
  ['id_orig_p', 'id_resp_p'],
  ['source.port', 'destination.port'],
  ['src_port', 'dst_port'],
  ['sport', 'dport'],
];

/**
 * Annotates JSON lines whose fields are known without flags: flows of Suricata, Zeek and Elastic Common Schema, and hosts of
 * `masscan -oJ` and `-oD`. A line may end with a comma, as an element of a list.
 *
 * @param names - The names of ports.
 * @param key - The key that is added; a line that has it stays unchanged.
 */
export function annotateKnownJson(names: Names, key: string): Annotator {
  const weightOf = weightsOf(names);
  return (line) => {
    const object = parseObject(line.replace(/,[ \t]{0,8}$/, ''));
    if (object === null || Object.hasOwn(object, key)) return line;
    const name = namesOfHost(names, object) ?? nameOfFlow(names, weightOf, object);
    return name === undefined ? line : addField(line, object, key, name);
  };
}

/** Returns the name of the service of a flow, null for none; undefined if the object is no flow. */
function nameOfFlow(names: Names, weights: WeightOf, object: object): string | null | undefined {
  for (const [source, destination] of FLOWS) {
    const found = findField(object, destination);
    if (found === null) continue;
    const word = String(usualProtocol(found.owner, object) ?? '');
    const protocol = word === '' ? null : parseProtocolWord(word);
    const [remote, local] = [found, findField(object, source)].map(
      (field) => parseWrittenPort(String(field?.value))?.port,
    );
    if (remote === undefined || (word !== '' && protocol === null)) return null;
    if (local === undefined) return nameOfPort(names, remote, protocol) ?? null;
    const weightOf = (port: number): number => weights(port, protocol);
    const facts = { isListenedOn: () => false, weightOf, ephemeral: names.ephemeral };
    const side = serviceSide({ local, remote }, facts) ?? 'remote';
    return nameOfPort(names, side === 'local' ? local : remote, protocol) ?? null;
  }
  return undefined;
}

/** Returns the names of the open ports of a host of `masscan`; undefined if the object is no host. */
function namesOfHost(names: Names, object: Record<string, unknown>): string | undefined {
  if (typeof object.ip !== 'string') return undefined;
  const single = 'port' in object && 'proto' in object ? [object] : [];
  const ports: readonly unknown[] = Array.isArray(object.ports) ? object.ports : single;
  const labels = ports
    .filter((port): port is Record<string, unknown> => typeof port === 'object' && port !== null)
    .map(({ port, proto }) => {
      const name = nameOfWrittenPort(names, parseWrittenPort(String(port)), String(proto ?? '')) ?? NAMELESS;
      return `${port}/${proto} ${name}`;
    });
  return labels.length === 0 ? undefined : labels.join(', ');
}
