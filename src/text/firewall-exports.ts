import { mergeSpans } from '../registry/advice/pool.ts';
import type { Catalogue } from '../registry/catalogue.ts';
import { type Association, isInUse } from '../registry/rows/association.ts';
import type { AssociationFilter } from '../registry/search/search-result.ts';
import { formatSpan, type PortSpan, spanWidth } from '../registry/values/port-range.ts';
import type { RunStep } from '../registry/values/run-step.ts';
import { TRANSPORT_PROTOCOLS, type TransportProtocol } from '../registry/values/transport-protocol.ts';
import { type Export, pages } from './exports.ts';

// These files contain no text that a writer entered: a firewall would execute it.

/** The ports of own entries by protocol: ranges without gaps or overlaps between them, the lowest first. */
type Ports = Readonly<Record<TransportProtocol, readonly PortSpan[]>>;

/** The longest string of pf.conf, in characters: its parser has a buffer of 8,096 bytes. */
const LONGEST_PF_STRING = 8_000;

/** Returns an export that renders the ports of the selected own entries, without those of retired ones. */
function portsExport(render: (ports: Ports) => string): Export {
  return async function* (registry, { filter }, run) {
    const uses = await usesOf(registry, filter, run);
    yield await run(() => {
      const spansOf = (protocol: TransportProtocol) => uses.filter(({ protocols }) => protocols.includes(protocol));
      const ports = TRANSPORT_PROTOCOLS.map((protocol) => [protocol, mergeSpans(spansOf(protocol).map(toSpan))]);
      return render(Object.fromEntries(ports) as Ports);
    });
  };
}

type UsedPorts = PortSpan & Pick<Association, 'protocols'>;

async function usesOf(registry: Catalogue, filter: AssociationFilter, run: RunStep): Promise<UsedPorts[]> {
  const uses: UsedPorts[] = [];
  for await (const page of pages((request) => registry.associations(filter, request), run)) {
    for (const { firstPort, lastPort, protocols, status } of page)
      if (isInUse({ status })) uses.push({ firstPort, lastPort, protocols });
  }
  // The filter of protocols selects entries: an entry for tcp and udp has a port of each.
  const { protocol } = filter;
  return protocol === null ? uses : uses.map((use) => ({ ...use, protocols: [protocol] }));
}

function toSpan({ firstPort, lastPort }: PortSpan): PortSpan {
  return { firstPort, lastPort };
}

function formatWith(separator: string): (span: PortSpan) => string {
  return (span) => (spanWidth(span) === 0 ? `${span.firstPort}` : `${span.firstPort}${separator}${span.lastPort}`);
}

/** Generates a table of nftables with one set of ports for each protocol. */
export const nftablesExport = portsExport((ports) => {
  const sets = TRANSPORT_PROTOCOLS.map((protocol) => {
    const elements = ports[protocol].map(formatWith('-')).join(',\n\t\t\t');
    const list = elements === '' ? '' : `\t\telements = {\n\t\t\t${elements}\n\t\t}\n`;
    return `\tset own_${protocol} {\n\t\ttype inet_service\n\t\tflags interval\n${list}\t}\n`;
  });
  return `table inet portolan {\n${sets.join('\n')}}\n`;
});

/**
 * Generates macros of pf.conf with a list of ports for each protocol. A long list consists of several macros. A protocol without
 * ports has a comment instead: pf has no empty list.
 */
export const pfExport = portsExport((ports) =>
  TRANSPORT_PROTOCOLS.map((protocol) => {
    const words = ports[protocol].map(formatWith(':'));
    const name = `portolan_${protocol}`;
    if (words.length === 0) return `# ${name}: no ports\n`;
    const whole = words.join(', ');
    if (whole.length <= LONGEST_PF_STRING) return `${name} = "{ ${whole} }"\n`;
    const parts = splitWords(words);
    const macros = parts.map((part, index) => `${name}_${index + 1} = "${part}"\n`);
    return `${macros.join('')}${name} = "{" ${parts.map((_, index) => `$${name}_${index + 1}`).join(' ')} "}"\n`;
  }).join(''),
);

/** Joins words with blanks to texts of limited length. */
function splitWords(words: readonly string[]): string[] {
  const parts: string[] = [];
  for (const word of words) {
    const last = parts.at(-1);
    if (last === undefined || last.length + word.length + 1 > LONGEST_PF_STRING) parts.push(word);
    else parts[parts.length - 1] = `${last} ${word}`;
  }
  return parts;
}

/** Generates the content of a port alias of OPNsense and pfSense: the ports of all protocols, one port or range in each line. */
export const opnsenseAliasExport = portsExport((ports) => {
  const all = mergeSpans(Object.values(ports).flat());
  return all.map((span) => `${formatWith(':')(span)}\n`).join('');
});

/** Generates ports in the notation of queries, one port or range with its protocol in each line, such as `8000-8009/tcp`. */
export const plainExport = portsExport((ports) =>
  TRANSPORT_PROTOCOLS.flatMap((protocol) => ports[protocol].map((span) => `${formatSpan(span)}/${protocol}\n`)).join(
    '',
  ),
);
