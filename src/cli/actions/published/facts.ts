import type { PoolReport } from '../../../registry/advice/pool.ts';
import type { CheckedReport, PublishedFacts } from '../../../registry/published/published-facts.ts';
import type { PublishedPort } from '../../../registry/published/published-port.ts';
import { portReport } from '../../../registry/report/port-report.ts';
import { LARGEST_PAGE } from '../../../registry/values/page.ts';
import { fetchJson, type RemoteServer } from '../fetch-from-server.ts';
import type { LocalSource } from '../local-source.ts';
import { openLocalRegistry } from '../open-local-registry.ts';
import { readPools, readRanges, readReports } from './server-answers.ts';

/** The most pages of a list of a server. */
const MOST_PAGES = 100;

/**
 * Reads what is known of published ports.
 *
 * @param source - The server or the database.
 * @param ports - The ports.
 * @throws {RegistryError} `unavailable` when there is no answer; as `fetchJson`.
 */
export function readFacts(
  source: RemoteServer | LocalSource,
  ports: readonly PublishedPort[],
): Promise<PublishedFacts> {
  const numbers = new Set<number>();
  for (const { firstPort, lastPort } of ports) for (let port = firstPort; port <= lastPort; port++) numbers.add(port);
  const sorted = [...numbers].sort((a, b) => a - b);
  const chunks: number[][] = [];
  for (let first = 0; first < sorted.length; first += LARGEST_PAGE)
    chunks.push(sorted.slice(first, first + LARGEST_PAGE));
  return 'server' in source ? fetchFacts(source, chunks) : queryFacts(source, chunks);
}

async function queryFacts(source: LocalSource, chunks: readonly (readonly number[])[]): Promise<PublishedFacts> {
  const registry = await openLocalRegistry(source);
  const snapshot = registry.snapshot();
  try {
    const reports = chunks.flatMap((numbers): CheckedReport[] => {
      const queries = numbers.map((port) => ({ firstPort: port, lastPort: port, protocol: null }));
      return snapshot.sharedReports(queries).map((shared, index) => portReport(numbers[index] ?? 0, shared));
    });
    const pools = snapshot.pools().map(toPool);
    return { reports, ephemeralRanges: snapshot.ephemeralRanges(), pools };
  } finally {
    snapshot.close();
    registry.close();
  }
}

async function fetchFacts(server: RemoteServer, chunks: readonly (readonly number[])[]): Promise<PublishedFacts> {
  const reports: CheckedReport[] = [];
  for (const numbers of chunks) {
    const answer = await fetchJson(server, `/ports?ports=${numbers.join(',')}`);
    reports.push(...readReports(server, answer, numbers));
  }
  const pools = await fetchPages(server, '/pools', readPools);
  const ephemeralRanges = await fetchPages(server, '/ephemeral-ranges', readRanges);
  return { reports, ephemeralRanges, pools: pools.map(toPool) };
}

async function fetchPages<Row>(
  server: RemoteServer,
  path: string,
  read: (server: RemoteServer, answer: unknown) => readonly Row[],
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const found = read(server, await fetchJson(server, `${path}?limit=${LARGEST_PAGE}&offset=${page * LARGEST_PAGE}`));
    rows.push(...found);
    if (found.length < LARGEST_PAGE) break;
  }
  return rows;
}

function toPool({ name, ranges, protocols, owner }: Pick<PoolReport, 'name' | 'ranges' | 'protocols' | 'owner'>) {
  return { name, spans: ranges, protocols, owner };
}
