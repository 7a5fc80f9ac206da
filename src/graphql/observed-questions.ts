import { parseTime } from '../registry/audit.ts';
import { driftPage } from '../registry/drift-page.ts';
import { ANY_DRIFT, DRIFT_DAYS, type DriftFilter } from '../registry/observed/drift.ts';
import { parseHostName } from '../registry/observed/host-name.ts';
import type { ObservationFilter } from '../registry/observed/observation.ts';
import { type PortReport, type SharedReport, summaryOf } from '../registry/report/port-report.ts';
import type { Association } from '../registry/rows/association.ts';
import { checksFor } from '../registry/rows/check-command.ts';
import { DEFAULT_PAGE, parseWholeNumber } from '../registry/values/page.ts';
import { runInSteps } from '../registry/values/run-step.ts';
import type { TransportProtocol } from '../registry/values/transport-protocol.ts';
import { checkFilter } from './arguments.ts';
import { type ConnectionArguments, parsePageArguments, toConnection } from './connection.ts';
import type { Context } from './context.ts';
import { inTurns, ROW_SIZE } from './turns.ts';

/** The arguments of `observations`. */
interface ObservationsArguments extends ConnectionArguments {
  readonly filter?: Partial<ObservationFilter> | null;
}

/** The arguments of `drift`. */
interface DriftArguments extends ConnectionArguments {
  readonly filter?: (Partial<Omit<DriftFilter, 'days'>> & { readonly days?: number | null }) | null;
}

/** The resolvers of what hosts have reported. It needs a token even where reading needs none. */
export const OBSERVED_QUERY = {
  observations: async (_root: unknown, { filter, ...asked }: ObservationsArguments, context: Context) => {
    checkRight(context);
    const request = parsePageArguments(asked, DEFAULT_PAGE);
    const { host = null, since = null, state, ...others } = checkFilter(filter) ?? {};
    const selected: ObservationFilter = {
      ...{ port: null, protocol: null, process: null, ...others },
      state: state ?? 'listening',
      host: host === null ? null : parseHostName(host),
      since: since === null ? null : parseTime(since, 'since'),
    };
    return toConnection(await runInSteps(context.registry.observations(selected, request), context.work.run), request);
  },
  drift: async (_root: unknown, { filter, ...asked }: DriftArguments, context: Context) => {
    checkRight(context);
    const request = parsePageArguments(asked, DEFAULT_PAGE);
    const { host = null, days = null, ...others } = filter ?? {};
    const selected: DriftFilter = {
      ...{ ...ANY_DRIFT, ...others },
      host: host === null ? null : parseHostName(host),
      days: days === null ? DRIFT_DAYS.usual : parseWholeNumber(String(days), 'days', 0, DRIFT_DAYS.largest),
    };
    return toConnection(await driftPage(context.registry, selected, request, context.work.run), request);
  },
};

/** A port in the form of the schema. Its methods compute what few queries ask for. */
export interface GraphqlPort
  extends Omit<SharedReport, 'associations' | 'summaryEnd' | 'checkCommands'>,
    Pick<PortReport, 'number' | 'summary'> {
  /** The uses: one port may have 1,000 own entries. */
  readonly associations: (arguments_: unknown, context: Context) => readonly (Association | Promise<Association>)[];
  readonly checks: () => PortReport['checks'];
  readonly observed: (arguments_: unknown, context: Context) => unknown;
}

/**
 * Converts a port report to the form of the schema.
 *
 * @param number - A port number, 0-65535: one of the ports that share the report.
 * @param shared - The report without the number.
 * @param asOf - The day of the report; none for the current state.
 * @param protocol - The protocol; none for all.
 */
export function toPort(
  number: number,
  shared: SharedReport,
  asOf: string | null | undefined,
  protocol: TransportProtocol | null | undefined,
): GraphqlPort {
  return {
    ...shared,
    number,
    summary: summaryOf(number, shared),
    associations: (_arguments, { work }) => inTurns(shared.associations, work, () => ROW_SIZE),
    checks: () => checksFor(shared.checkCommands, number),
    observed: (_arguments, { registry, markCacheable, maySeeObserved }) => {
      markCacheable(false);
      if (asOf != null || !maySeeObserved()) return null;
      return registry.observedPort(number, protocol ?? null);
    },
  };
}

/**
 * Returns whether what hosts have reported counts for the reader. A response with it is not cached.
 *
 * @param context - The context of the query.
 */
export function seesObserved({ maySeeObserved, markCacheable }: Context): boolean {
  const sees = maySeeObserved();
  if (sees) markCacheable(false);
  return sees;
}

/** Checks the token. Snapshots change the response without the registry. */
function checkRight({ authorize, markCacheable }: Context): void {
  markCacheable(false);
  authorize('read');
}
