import type { IncomingMessage } from 'node:http';
import type { SharedReport } from '../../registry/report/port-report.ts';
import { isCrowded, LOOKUP_SOURCES, lookupSource } from '../../registry/report/port-report.ts';
import type { ReportSource } from '../../registry/report-source.ts';
import { LAST_PORT } from '../../registry/values/port-number.ts';
import { portJson, portTag, portTemplate } from '../../rest/port-json.ts';
import { COUNTED_BYTES } from '../work/held-memory.ts';
import type { CachedResponse } from './cached-response.ts';
import { FixedHeaders } from './cached-response.ts';

/** The `lookups` of one report, by the index of its source. */
const ONE_LOOKUP: readonly (readonly number[])[] = LOOKUP_SOURCES.map((source) =>
  LOOKUP_SOURCES.map((other) => (other === source ? 1 : 0)),
);

/** The values of `Accept` that certainly select JSON. Express negotiates all others. */
const JSON_ACCEPTED: readonly (string | undefined)[] = [undefined, '*/*', 'application/json'];
const NOT_CODED: readonly (string | undefined)[] = [undefined, 'identity'];

/**
 * Composes the responses to `GET /ports/{port}` in JSON without Express, which would take most of the time. Those of all ports
 * do not fit the cache. Caching recent ones made both loads slower (bench: lookup): under a uniform load, entries live just long
 * enough to be collected from the old space. Express sends the same responses.
 */
export class PortReports {
  readonly #registry: ReportSource;
  readonly #headers: FixedHeaders;

  /**
   * @param registry - The registry.
   * @param corsOrigins - The allowed web origins.
   */
  constructor(registry: ReportSource, corsOrigins: readonly string[]) {
    this.#registry = registry;
    this.#headers = new FixedHeaders(corsOrigins, {
      'Cache-Control': 'no-cache',
      'Content-Type': 'application/json; charset=utf-8',
    });
  }

  /**
   * Composes a response.
   *
   * @param request - A request without a body.
   * @returns Undefined for any other resource or format, for a large report, and if the registry cannot be read.
   */
  compose(request: IncomingMessage): CachedResponse | undefined {
    const { url = '', headers } = request;
    const isJson = JSON_ACCEPTED.includes(headers.accept) && NOT_CODED.includes(headers['accept-encoding']);
    const port = isJson ? portOf(url) : undefined;
    if (port === undefined) return undefined;
    const report = this.#find(port);
    // The app renders a long report in steps.
    if (report === undefined || isCrowded(report)) return undefined;
    const template = portTemplate(report);
    const body = portJson(port, template);
    // The app reserves memory for a large response until the client has read it.
    if (body.length >= COUNTED_BYTES) return undefined;
    return {
      fields: this.#headers.for(request),
      tag: portTag(port, template),
      sendsLength: true,
      body,
      route: '/ports/{port}',
      lookups: ONE_LOOKUP[LOOKUP_SOURCES.indexOf(lookupSource(report))] ?? [],
    };
  }

  #find(port: number): SharedReport | undefined {
    try {
      return this.#registry.sharedReports([{ firstPort: port, lastPort: port, protocol: null }])[0];
    } catch {
      // The route gets the same error and reports it.
      return undefined;
    }
  }
}

/** Returns the port of `/ports/22` as the contract writes it; undefined for any other path, and for a query. */
function portOf(url: string): number | undefined {
  if (url.length > 12 || !url.startsWith('/ports/') || !/^(?:0|[1-9][0-9]{0,4})$/.test(url.slice(7))) return undefined;
  const port = Number(url.slice(7));
  return port <= LAST_PORT ? port : undefined;
}
