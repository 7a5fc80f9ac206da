import type { Observation } from '../registry/observed/observation.ts';
import { alignColumns } from './columns.ts';
import { toCsv } from './csv.ts';
import type { TextOptions } from './text-options.ts';

/**
 * Renders observed sockets, one in each line: host, port and protocol, process, address scope, environment, and whether the
 * socket is listening or since when it has gone.
 *
 * @param sockets - The sockets.
 * @param options - The options of the text.
 */
export function observationsText(sockets: readonly Observation[], { isWide }: Pick<TextOptions, 'isWide'>): string {
  const rows = sockets.map(({ host, port, protocol, process, scope, environment, goneAt }) => [
    host,
    `${port}/${protocol}`,
    process ?? '-',
    scope,
    environment ?? '-',
    goneAt === null ? 'listening' : `gone ${goneAt}`,
  ]);
  return alignColumns(rows, isWide);
}

/**
 * Renders observed sockets as CSV.
 *
 * @param sockets - The sockets.
 */
export function observationsCsv(sockets: readonly Observation[]): string {
  const columns = [
    ...['host', 'source', 'environment', 'scope', 'protocol', 'port', 'process'],
    ...['firstSeen', 'lastSeen', 'goneAt'],
  ];
  return toCsv(
    columns,
    sockets.map((socket) => ({ ...socket })),
  );
}
