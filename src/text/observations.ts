import type { Observation } from '../registry/observed/observation.ts';
import type { Steps } from '../registry/values/run-step.ts';
import { alignInSteps, type Row } from './columns.ts';
import { csvInSteps } from './csv-table.ts';
import type { TextOptions } from './text-options.ts';

/**
 * Renders observed sockets, one in each line: host, port and protocol, process, address scope, environment, and whether the
 * socket is listening or since when it has gone.
 *
 * @param sockets - The sockets.
 * @param options - The options of the text.
 */
export function observationsText(
  sockets: readonly Observation[],
  { isWide }: Pick<TextOptions, 'isWide'>,
): Steps<string> {
  return alignInSteps(sockets, socketRow, isWide);
}

function socketRow({ host, port, protocol, process, scope, environment, goneAt }: Observation): Row {
  const state = goneAt === null ? 'listening' : `gone ${goneAt}`;
  return [host, `${port}/${protocol}`, process ?? '-', scope, environment ?? '-', state];
}

/**
 * Renders observed sockets as CSV.
 *
 * @param sockets - The sockets.
 */
export function observationsCsv(sockets: readonly Observation[]): Steps<string> {
  const columns = [
    ...['host', 'source', 'environment', 'scope', 'protocol', 'port', 'process'],
    ...['firstSeen', 'lastSeen', 'goneAt'],
  ];
  return csvInSteps(columns, sockets, (socket) => ({ ...socket }));
}
