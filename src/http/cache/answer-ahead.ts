import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import fresh from 'fresh';
import type { ByteTemplate, ByteText } from '../../byte-text.ts';
import type { Counts, Tally } from '../../metrics/request-counts.ts';
import { type Registry, type RegistryVersion, VERSION_AGE_MS } from '../../registry/registry.ts';
import { LAST_PORT } from '../../registry/values/port-number.ts';
import { portJson, portTag } from '../../rest/port-json.ts';
import { originKey } from '../message/cors.ts';
import { HEALTH_PATHS } from '../message/probe-paths.ts';
import { idFor, REQUEST_ID } from '../message/request-id.ts';
import { beganAt } from '../middleware/counting.ts';
import { keepBody } from '../work/body.ts';
import { COUNTED_BYTES, type HeldMemory } from '../work/held-memory.ts';
import { type AnswerKey, answerKey, fieldKey } from './answer-key.ts';
import type { DirectGraphql } from './direct-graphql.ts';
import { type Head, type KeptAnswer, KeptAnswers } from './kept-answers.ts';
import { KeptReports } from './kept-reports.ts';

/** The largest body of a request that is looked for among those answered before, in bytes. */
const LARGEST_QUESTION = 16 * 1024;

/** What `Accept` may say where JSON is wanted for a port; other words are left to the negotiation. */
const PLAIN_JSON: readonly (string | undefined)[] = [undefined, '*/*', 'application/json'];
const NOT_CODED: readonly (string | undefined)[] = [undefined, 'identity'];
const JSON_TYPES: readonly (string | undefined)[] = ['application/json', 'application/json; charset=utf-8'];

/**
 * Answers ahead of the frameworks what was answered before: an answer depends on the state of the registry, the request
 * and nothing else. Everything is answered by the app once and kept as it was sent; a report in JSON is put together from
 * the parts that ports share, with the header of such a report that the app has sent. All is dropped when the registry's
 * version changes, at which is looked anew after `VERSION_AGE_MS`; but when only own entries change, the reports of ports
 * without any stay: a team that enters ports all day must not make every look-up slow.
 *
 * @param app - Answers everything else.
 * @param registry - Tells its version.
 * @param counts - Where requests are counted, as the app counts those that it answers.
 * @param corsOrigins - The other web origins whose pages may read: the app's CORS header fields depend on them.
 * @param held - The memory that is held for clients.
 * @param graphql - Answers GraphQL queries that were not answered before; null for the app.
 */
export function answerAhead(
  app: RequestListener,
  registry: Registry,
  counts: Counts,
  corsOrigins: readonly string[],
  held: HeldMemory,
  graphql: DirectGraphql | null = null,
): RequestListener {
  const ahead = new Ahead(app, registry, counts, corsOrigins, held, graphql);
  return (request, response) => ahead.answer(request, response);
}

class Ahead {
  readonly #app: RequestListener;
  readonly #registry: Registry;
  readonly #counts: Counts;
  readonly #corsOrigins: readonly string[];
  readonly #held: HeldMemory;
  readonly #graphql: DirectGraphql | null;
  /** Of reports, the same object at each of them. */
  readonly #reportTally: Tally;
  readonly #kept = new KeptAnswers();
  #version: RegistryVersion | undefined;
  /** When the version was last looked at, in milliseconds of `performance.now`. */
  #checkedAt = Number.NEGATIVE_INFINITY;
  readonly #reports: KeptReports;
  /** The header of a report in JSON without what differs from one to another, by `originKey`. */
  readonly #reportHeads = new Map<string, Head>();

  constructor(
    app: RequestListener,
    registry: Registry,
    counts: Counts,
    corsOrigins: readonly string[],
    held: HeldMemory,
    graphql: DirectGraphql | null,
  ) {
    this.#graphql = graphql;
    this.#app = app;
    this.#registry = registry;
    this.#counts = counts;
    this.#corsOrigins = corsOrigins;
    this.#held = held;
    this.#reports = new KeptReports(registry);
    this.#reportTally = counts.of('/ports/{port}', 'GET');
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const { method, url = '', headers } = request;
    const start = performance.now();
    // A liveness probe must not depend on the database, which tells the version.
    if (HEALTH_PATHS.includes(url)) {
      this.#app(request, response);
      return;
    }
    if (method === 'GET' && headers['transfer-encoding'] === undefined && headers['content-length'] === undefined) {
      if (this.#isCurrent(start) && this.#answerGet(request, response, start)) return;
    } else if (method === 'POST' && url === '/graphql' && isSmallJson(request)) {
      this.#readAndAnswer(request, response, start);
      return;
    }
    this.#app(request, response);
  }

  #answerGet(request: IncomingMessage, response: ServerResponse, start: number): boolean {
    const { url = '', headers } = request;
    const origin = originKey(this.#corsOrigins, headers);
    const port = portOf(url);
    if (port !== undefined && PLAIN_JSON.includes(headers.accept) && NOT_CODED.includes(headers['accept-encoding'])) {
      const head = this.#reportHeads.get(origin);
      const report = head && this.#reports.find(port);
      if (head !== undefined && report !== undefined) {
        this.#sendReport(port, report, request, response, head, start);
        return true;
      }
      this.#kept.record(response, this.#counts, (answer) => {
        this.#reportHeads.set(origin, answer.head);
      });
      return false;
    }
    const key = answerKey(fieldKey(origin, headers.accept, headers['accept-encoding']), url);
    return this.#sendKept(key, request, response, start);
  }

  #sendReport(
    port: number,
    report: ByteTemplate,
    request: IncomingMessage,
    response: ServerResponse,
    head: Head,
    start: number,
  ): void {
    const status = send(request, response, { head, tag: portTag(port, report), body: portJson(port, report) });
    this.#counts.addLookups(this.#reports.originOf(port));
    this.#counts.cache.hits++;
    this.#reportTally.add(status, performance.now() - start);
  }

  /** Sends an answer that was kept, or has it kept when the app has sent it. */
  #sendKept(key: AnswerKey, request: IncomingMessage, response: ServerResponse, start: number): boolean {
    const answer = this.#kept.get(key);
    // The app explains why there is no room for an answer.
    if (answer !== undefined && this.#isRoomFor(answer, response)) {
      this.#count(request, answer, send(request, response, answer), performance.now() - start);
      return true;
    }
    const version = this.#version;
    this.#kept.record(response, this.#counts, (sent) => {
      // Data that came while the answer was made may be in it or not.
      this.#checkedAt = Number.NEGATIVE_INFINITY;
      if (this.#isCurrent(performance.now()) && this.#version === version) this.#kept.set(key, sent);
    });
    return false;
  }

  #isRoomFor({ body }: KeptAnswer, response: ServerResponse): boolean {
    return body.length < COUNTED_BYTES || this.#held.tryHold(response, body.length);
  }

  #count({ method = '' }: IncomingMessage, { route, lookups }: KeptAnswer, status: number, ms: number): void {
    this.#counts.cache.hits++;
    for (const [place, times] of lookups.entries()) if (times > 0) this.#counts.addLookups(place, times);
    this.#counts.of(route, method).add(status, ms);
  }

  #readAndAnswer(request: IncomingMessage, response: ServerResponse, start: number): void {
    let body = '';
    // A small buffer would hold the larger one that it was cut from for as long as it lives itself.
    request.setEncoding('latin1');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.once('end', () => {
      const { accept, 'accept-encoding': codings, 'content-type': type } = request.headers;
      const origin = originKey(this.#corsOrigins, request.headers);
      const key = answerKey(fieldKey('POST', origin, accept, codings, type), body);
      if (this.#isCurrent(performance.now()) && this.#sendKept(key, request, response, start)) return;
      const handOn = (): void => {
        // Not before it is known to be needed: a hundred thousand keys of a weak map are looked through at every collection.
        beganAt(request, start);
        keepBody(request, body as ByteText);
        this.#app(request, response);
      };
      if (!this.#graphql?.answer(request, response, body as ByteText, start, handOn)) handOn();
    });
  }

  /** Drops what is out of date; false where the registry cannot be read, which the app explains. */
  #isCurrent(now: number): boolean {
    if (now - this.#checkedAt < VERSION_AGE_MS) return true;
    try {
      let version = this.#registry.version();
      const known = this.#version;
      if (version.lists !== known?.lists) this.#drop();
      else if (version.own !== known.own) this.#dropOwn();
      else version = known;
      // The same object while nothing changes: by it is told whether anything did.
      this.#version = version;
    } catch {
      this.#drop();
      this.#version = undefined;
      return false;
    }
    this.#checkedAt = now;
    return true;
  }

  #drop(): void {
    this.#kept.clear();
    this.#reports.clear();
  }

  #dropOwn(): void {
    this.#kept.clear();
    this.#reports.clearOwn();
  }
}

/** The port of `/ports/22` as the contract writes it; undefined for any other path, and for a query. */
function portOf(url: string): number | undefined {
  if (url.length > 12 || !url.startsWith('/ports/') || !/^(?:0|[1-9][0-9]{0,4})$/.test(url.slice(7))) return undefined;
  const port = Number(url.slice(7));
  return port <= LAST_PORT ? port : undefined;
}

/** Tells whether a body is whole, short and plain enough to be read here. */
function isSmallJson({ headers }: IncomingMessage): boolean {
  const length = Number(headers['content-length']);
  const isPlain = headers['content-encoding'] === undefined && headers['transfer-encoding'] === undefined;
  return length > 0 && length <= LARGEST_QUESTION && isPlain && JSON_TYPES.includes(headers['content-type']);
}

interface Sent {
  readonly head: Head;
  readonly tag: string | undefined;
  readonly body: ByteText;
}

/** Gives the status. */
function send(request: IncomingMessage, response: ServerResponse, { head, tag, body }: Sent): number {
  const id = idFor(request);
  if (tag !== undefined && request.headers['if-none-match'] !== undefined && fresh(request.headers, { etag: tag })) {
    response.writeHead(304, [...head.withoutBody, 'ETag', tag, REQUEST_ID, id]);
    response.end();
    return 304;
  }
  const fields = [...head.fields, REQUEST_ID, id];
  if (head.tellsLength) fields.push('Content-Length', String(body.length));
  if (tag !== undefined) fields.push('ETag', tag);
  response.writeHead(200, fields);
  response.end(body, 'latin1');
  return 200;
}
