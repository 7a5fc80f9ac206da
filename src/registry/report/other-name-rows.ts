import { type Assignment, isRange } from '../rows/assignment.ts';
import type { Association, Origin } from '../rows/association.ts';
import { LOWEST_PROMINENCE } from '../rows/prominence.ts';
import { searchWords } from '../search/search-words.ts';
import { appliesTo, TRANSPORT_PROTOCOLS, type TransportProtocol } from '../values/transport-protocol.ts';
import { canNamePort, compareNames, nameOf } from './port-name.ts';
import { type NamedRow, originOf } from './preferred-origins.ts';

/** A port that another or former name means. */
export interface NamedPlace {
  /** The name, as the list or the registry spells it. */
  readonly name: string;
  /** A port number, 0-65535. */
  readonly port: number;
  /** At least one. */
  readonly protocols: readonly TransportProtocol[];
}

/** A row that a name is another name of. */
export interface OtherNameTarget {
  /** The name of the row. */
  readonly name: string;
  readonly origin: Origin;
  /** Lowest port number of the row, 0-65535. */
  readonly firstPort: number;
  /** At least one. */
  readonly protocols: readonly TransportProtocol[];
}

/**
 * Selects the rows that another name means: the list of other names has ports, and a port may have many rows. Rows of the exact
 * port are preferred to those of ranges, and all rows to historic malware that shares no word with the name. Of these:
 *
 * - Uses that share a word with the name, such as Squid for `squid`; without any, and if no official row is prominent or shares a
 *   word, the most prominent uses, such as Kubernetes for `kube-apiserver`.
 * - Official rows of names that are prominent on a protocol or share a word; all of them if no use is selected.
 *
 * @param place - The name and its port.
 * @param assignments - The official rows of the port.
 * @param associations - The uses of the port.
 * @returns The rows, the best name first.
 */
export function rowsOfPlace(
  { name, protocols }: NamedPlace,
  assignments: readonly Assignment[],
  associations: readonly Association[],
): NamedRow[] {
  const named = [...assignments, ...associations].filter(
    (row) => nameOf(row) !== '' && protocols.some((protocol) => appliesTo(protocolsOf(row), protocol)),
  );
  const words = new Set(namingWords(name));
  const fits = (row: NamedRow): boolean => namingWords(textOf(row)).some((word) => words.has(word));
  const likely = prefer(named, (row) => canNamePort(row) || fits(row));
  const rows = prefer(likely, (row) => !isRange(row)).sort(compareNames());
  const official = rows.filter((row) => 'serviceName' in row);
  const uses = rows.filter((row) => 'id' in row);
  const isFitting = (row: Assignment): boolean => row.prominence > LOWEST_PROMINENCE || fits(row);
  const fittingNames = new Set(official.filter(isFitting).map(({ serviceName }) => serviceName));
  const fittingOfficial = official.filter(({ serviceName }) => fittingNames.has(serviceName));
  const fittingUses = uses.filter(fits);
  const most = Math.max(...uses.map(({ prominence }) => prominence));
  const prominentUses = fittingOfficial.length > 0 ? [] : uses.filter(({ prominence }) => prominence === most);
  const selectedUses = fittingUses.length > 0 ? fittingUses : prominentUses;
  const selected = new Set<NamedRow>([...(selectedUses.length > 0 ? fittingOfficial : official), ...selectedUses]);
  return rows.filter((row) => selected.has(row));
}

/** Returns the rows that meet a condition, or all of them if there are none. */
function prefer(rows: readonly NamedRow[], condition: (row: NamedRow) => boolean): NamedRow[] {
  const preferred = rows.filter(condition);
  return preferred.length > 0 ? preferred : [...rows];
}

/** Returns the words of a text that distinguish services. */
function namingWords(text: string): string[] {
  return searchWords(text).filter((word) => /\p{L}{2}/u.test(word));
}

function textOf(row: NamedRow): string {
  return 'id' in row ? `${row.name} ${row.usedBy ?? ''}` : `${row.serviceName} ${row.description ?? ''}`;
}

/**
 * Lists the rows that a name is another name of. The rows of one name, origin and port are one element.
 *
 * @param rows - Rows with names and ports.
 */
export function otherNameTargets(rows: readonly NamedRow[]): OtherNameTarget[] {
  const keyOf = (row: NamedRow): string => JSON.stringify([nameOf(row), originOf(row), row.firstPort]);
  return [...Map.groupBy(rows, keyOf).values()].flatMap((same) => {
    const [row] = same;
    if (row === undefined || row.firstPort === null) return [];
    const protocols = TRANSPORT_PROTOCOLS.filter((protocol) =>
      same.some((one) => appliesTo(protocolsOf(one), protocol)),
    );
    return { name: nameOf(row), origin: originOf(row), firstPort: row.firstPort, protocols };
  });
}

/** Returns the protocols of a row; an empty list stands for all four. */
function protocolsOf(row: NamedRow): readonly TransportProtocol[] {
  if ('id' in row) return row.protocols;
  return row.protocol === null ? [] : [row.protocol];
}
