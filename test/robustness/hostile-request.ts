import { tokenNamed } from '../support/tokens.ts';
import { anyGraphql } from './hostile-graphql.ts';
import { anyEncoding, anyText } from './hostile-text.ts';
import { anyWrite } from './hostile-write.ts';
import type { Random } from './random.ts';

/** A hostile request that is valid HTTP. */
export interface HostileRequest {
  readonly method: string;
  /** Path and query, in Latin-1. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

const PARAMETERS = [
  'ports',
  'protocol',
  'limit',
  'offset',
  'format',
  'q',
  'origin',
  'state',
  'category',
  'range',
  'port',
  'service',
  'count',
  'near',
  'within',
  'like',
  'avoid',
  'environment',
  'pool',
  'since',
  'until',
  'kind',
  'asOf',
  'query',
  'variables',
  'x',
] as const;
/** A valid token of the scope admin, which `bearer` creates. */
export const KNOWN_BEARER = `Bearer ${tokenNamed('admin')}`;
const METHODS = [
  'GET',
  'GET',
  'GET',
  'GET',
  'GET',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
] as const;
const ACCEPTS = [
  '*/*',
  'application/json',
  'text/plain',
  'text/csv',
  'text/html',
  'image/png',
  'application/x-ndjson',
  'text/*;q=0',
  '*/*;q=2',
  ';;;',
  'a/b, c/d;q=x',
  ',',
  'application/json;q=0.1, text/plain;q=0.9',
] as const;
const CODINGS = ['gzip', 'br', 'deflate', 'zstd', 'identity;q=0', '*', 'gzip;q=0.5, br;q=0.1', '', ';q='] as const;
const BODY_TYPES = [
  'application/json',
  'application/json',
  'text/plain',
  'application/json; charset=utf-16',
  'application/json; charset=x',
  'text/csv',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'nonsense',
  '',
] as const;

/**
 * Creates a request, mostly to existing routes, with hostile content.
 *
 * @param random - The source of randomness.
 */
export function anyRequest(random: Random): HostileRequest {
  const kind = random.next();
  if (kind < 0.08) return anyGraphqlRequest(random);
  if (kind < 0.14) return anyBatchRequest(random);
  if (kind < 0.18) return anyWriteRequest(random);
  return anyPlainRequest(random);
}

/**
 * Makes a request with any path and query, rarely with a body.
 *
 * @param random - The source of randomness.
 */
export function anyPlainRequest(random: Random): HostileRequest {
  const method = random.chance(0.85) ? 'GET' : random.pick(METHODS);
  const body = random.chance(0.03) ? anyText(random).toWellFormed() : undefined;
  return { method, path: anyPath(random) + anyQuery(random), headers: anyHeaders(random), body };
}

/**
 * Makes a write, mostly with a valid token.
 *
 * @param random - The source of randomness.
 */
export function anyWriteRequest(random: Random): HostileRequest {
  const { method, path, body, ifMatch } = anyWrite(random);
  const { headers } = post(random, path, body);
  const authorization = random.chance(0.8) ? KNOWN_BEARER : anyHeaders(random).Origin;
  const more = {
    ...(authorization !== undefined && { Authorization: authorization }),
    ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
  };
  return { method, path, headers: { ...headers, ...more }, body };
}

/**
 * Makes a GraphQL request by POST or GET.
 *
 * @param random - The source of randomness.
 */
export function anyGraphqlRequest(random: Random): HostileRequest {
  const { query, variables } = anyGraphql(random);
  if (random.chance(0.3)) {
    const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    return {
      method: 'GET',
      path: `/graphql?${parameters}`.slice(0, 8000),
      headers: anyHeaders(random),
      body: undefined,
    };
  }
  const whole = JSON.stringify({ query, variables, ...(random.chance(0.1) && { operationName: anyText(random) }) });
  return post(random, '/graphql', random.chance(0.9) ? whole : whole.slice(0, random.integer(0, whole.length)));
}

/**
 * Makes a batch of a few items.
 *
 * @param random - The source of randomness.
 */
export function anyBatchRequest(random: Random): HostileRequest {
  return post(random, '/ports/lookup', anyBatch(random));
}

function post(random: Random, path: string, body: string): HostileRequest {
  const usual = random.chance(0.85);
  const type = usual ? 'application/json' : random.pick(BODY_TYPES);
  const coding = random.chance(0.03) ? { 'Content-Encoding': random.pick(['gzip', 'br', 'zstd', 'x']) } : {};
  const headers = { ...anyHeaders(random), ...(type !== '' && { 'Content-Type': type }), ...coding };
  return { method: 'POST', path: path + (random.chance(0.9) ? '' : anyQuery(random)), headers, body };
}

function anyPath(random: Random): string {
  const part = (): string => anyEncoding(random, anyText(random));
  return random.pick<() => string>([
    () => `/ports/${random.integer(0, 65_535)}`,
    () => `/ports/${part()}`,
    () => `/ports/${part()}/${part()}`,
    () => '/ports',
    () => '/suggestions',
    () => `/ports/${random.integer(0, 65_535)}/suitability`,
    () => `/services/${part()}`,
    () => '/search',
    () => '/assignments',
    () => '/associations',
    () => `/associations/${part()}`,
    () => random.pick(['/pools', '/reservations', '/audit', '/suggestions']),
    () => `/pools/${part()}`,
    () => '/ranges',
    () => '/ephemeral-ranges',
    () => random.pick(['/registry', '/registry/snapshots', '/registry/changes']),
    () => `/ports/${random.integer(0, 65_535)}/history`,
    () => random.pick(['/healthz', '/readyz', '/graphql', '/ports/lookup', '/openapi.json', '/docs']),
    () => `/assets/${part()}`,
    () => `/${random.several(0, 5, part).join('/')}`,
  ])();
}

function anyQuery(random: Random): string {
  if (random.chance(0.4)) return '';
  const pair = () => {
    const name = random.chance(0.9) ? random.pick(PARAMETERS) : anyEncoding(random, anyText(random));
    return random.chance(0.95) ? `${name}=${anyEncoding(random, anyText(random))}` : name;
  };
  // A few are longer than the URL limit.
  const length = random.chance(0.002) ? 17_000 : 0;
  return `?${random.several(0, 4, pair).join(random.pick(['&', '&', '&', ';', '&&']))}${'x'.repeat(length)}`;
}

function anyHeaders(random: Random): Record<string, string> {
  const headers: Record<string, string> = {};
  const value = () => anyEncoding(random, anyText(random)).replace(/[^ -~\x80-\xff]/g, '');
  if (random.chance(0.3)) headers.Accept = random.chance(0.9) ? random.pick(ACCEPTS) : value();
  if (random.chance(0.3)) headers['Accept-Encoding'] = random.chance(0.9) ? random.pick(CODINGS) : value();
  if (random.chance(0.1)) headers['If-None-Match'] = random.chance(0.5) ? '*' : value();
  if (random.chance(0.1)) headers['X-Request-ID'] = value();
  if (random.chance(0.1)) headers.Origin = value();
  if (random.chance(0.05)) headers['Access-Control-Request-Method'] = value();
  if (random.chance(0.05)) headers.Range = random.pick(['bytes=0-', 'bytes=-1', 'x', value()]);
  if (random.chance(0.05)) headers['If-Modified-Since'] = value();
  if (random.chance(0.05)) headers['X-Forwarded-For'] = value();
  if (random.chance(0.02)) headers['X-Long'] = 'x'.repeat(random.integer(0, 8000));
  return headers;
}

function anyBatch(random: Random): string {
  const item = (): unknown =>
    random.pick<() => unknown>([
      () => random.integer(-10, 70_000),
      () => anyText(random),
      () => ({
        number: random.pick<unknown>([random.integer(0, 65_535), anyText(random), null, [], 1.5]),
        protocol: anyText(random),
      }),
      () => random.pick<unknown>([null, true, [], {}, [[80]], 1e300, { __proto__: 1 }, { number: 80, extra: 1 }]),
      () =>
        `${random.integer(0, 65_535)}-${random.integer(0, 65_535)}`.replace(
          /^(\d+)-\d+$/,
          (_, first) => `${first}-${Math.min(65_535, Number(first) + 20)}`,
        ),
    ])();
  const batch = JSON.stringify(random.chance(0.9) ? random.several(0, 12, item) : item()) ?? '';
  return random.chance(0.9)
    ? batch
    : random.pick([batch.slice(1), '['.repeat(3000), '{"a":'.repeat(1000), anyText(random).toWellFormed()]);
}
