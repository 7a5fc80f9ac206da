import { isUtf8 } from 'node:buffer';
import { isOwnId } from '../registry/rows/association.ts';
import { quoteInput } from '../registry/values/registry-error.ts';
import { isTransportProtocol, type TransportProtocol } from '../registry/values/transport-protocol.ts';
import { failAt, type SourceFile } from './csv-table.ts';
import type { RawOwnRow } from './own-row.ts';
import { parsePortCell } from './port-cell.ts';

/** A name on a port or a range, from one or more lines. */
interface Use {
  readonly line: number;
  readonly name: string;
  readonly firstPort: number;
  readonly lastPort: number;
  readonly protocols: readonly TransportProtocol[];
  readonly aliases: readonly string[];
  readonly note: string | null;
}

/**
 * Parses services(5): a name, a port and protocol, aliases, and a comment after `#`. A name on several protocols of a
 * port is one entry, and so is a name on consecutive ports. Aliases become other names, the comment becomes the note;
 * an existing entry keeps its other names and note. A name that is an id stands for the entry with that id.
 *
 * @param file - The file.
 * @throws {RegistryError} `invalid_argument`, with file, line and column, at the first invalid line.
 */
export async function parseOwnServices(file: SourceFile): Promise<RawOwnRow[]> {
  if (!isUtf8(file.bytes)) failAt(file, 1, 'expected UTF-8, got invalid bytes');
  const lines = file.bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const uses = lines.flatMap((text, index) => parseLine(file, text, index + 1) ?? []);
  return mergePorts(mergeProtocols(uses)).map(toRow);
}

function parseLine(file: SourceFile, text: string, line: number): Use | undefined {
  const [content = '', ...comment] = text.split('#');
  const [name, ports, ...aliases] = content.trim().split(/\s+/);
  if (name === undefined || name === '') return undefined;
  const [port = '', protocol = '', ...rest] = (ports ?? '').split('/');
  const span = parsePortCell(port);
  const got = quoteInput(ports ?? '');
  if (typeof span === 'string' || span.firstPort !== span.lastPort || rest.length > 0)
    return failAt(file, line, `expected a port and protocol such as 8443/tcp, got ${got}`, 'port');
  if (!isTransportProtocol(protocol))
    return failAt(file, line, `expected the protocol tcp, udp, sctp or dccp, got ${got}`, 'port');
  return { line, name, ...span, protocols: [protocol], aliases, note: comment.join('#').trim() || null };
}

/** Merges the lines of one name and port, without duplicates. */
function mergeProtocols(uses: readonly Use[]): Use[] {
  return [...Map.groupBy(uses, ({ name, firstPort }) => `${firstPort} ${name}`).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const protocols = [...new Set(same.flatMap((use) => use.protocols))].sort();
    const notes = new Set(same.flatMap(({ note }) => note ?? []));
    const aliases = [...new Set(same.flatMap((use) => use.aliases))];
    return { ...first, protocols, aliases, note: [...notes].join('\n') || null };
  });
}

/** Merges uses of consecutive ports that are otherwise equal. */
function mergePorts(uses: readonly Use[]): Use[] {
  const merged: Use[] = [];
  const open = new Map<string, number>();
  for (const use of uses.toSorted((a, b) => a.firstPort - b.firstPort)) {
    const key = JSON.stringify([use.name, use.protocols, use.aliases, use.note]);
    const index = open.get(key);
    const before = index === undefined ? undefined : merged[index];
    if (index !== undefined && before?.lastPort === use.firstPort - 1)
      merged[index] = { ...before, lastPort: use.lastPort };
    else open.set(key, merged.push(use) - 1);
  }
  return merged;
}

function toRow({ line, name, firstPort, lastPort, protocols, aliases, note }: Use): RawOwnRow {
  const isId = isOwnId(name);
  return {
    id: isId ? name : null,
    fields: { firstPort, lastPort, protocols, ...(isId ? {} : { name }) },
    initial: { ...(isId ? { name } : {}), otherNames: [...new Set(aliases)], note },
    locate: () => `line ${line}`,
  };
}
