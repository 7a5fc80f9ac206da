import type { RequestHandler, Response } from 'express';
import { type AugmentedRequest, type RateLimitInfo, rateLimit, type Store } from 'express-rate-limit';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { HttpError } from '../message/problem.ts';

/** Counts requests by client and window; in one process or, for all worker processes together, in the first one. */
export type RequestCounts = Pick<RateLimiterAbstract, 'penalty' | 'reward' | 'delete'>;

/** How many requests a client may make in which window. */
export interface RateLimit {
  /** How many requests; 0 for any number. A large request counts as several. */
  readonly windowRequests: number;
  /** How long the window is, in milliseconds. */
  readonly windowMs: number;
}

/** How many requests an export counts in addition to 1. */
export const EXPORT_COST = 10;

/** This many ports of a batch or list count as 1 request. */
const PORTS_PER_REQUEST = 100;

/** Adds to the count of a client, or returns why its request is refused. */
type Meter = (cost: number) => Promise<string | null>;

/** The meters of the requests that are limited. */
const meters = new WeakMap<Response, Meter>();

/**
 * Refuses clients that ask too often, with 429, and sends how much is left (`RateLimit`, `RateLimit-Policy` and
 * `Retry-After`). A client is an IPv4 address or a /56 of IPv6, as the connection has it. Every request counts as 1;
 * `chargeCost` counts it as more.
 *
 * @param limit - How many requests in which window.
 * @param counts - Where they are counted; null for no limit.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-08
 */
export function limitRequests({ windowRequests, windowMs }: RateLimit, counts: RequestCounts | null): RequestHandler {
  if (counts === null) return (_request, _response, next) => next();
  const countOne = rateLimit({
    windowMs,
    limit: windowRequests,
    store: storeOf(counts),
    passOnStoreError: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // A preflight that is refused would hide the 429 of the request behind it.
    skip: ({ method }) => method === 'OPTIONS',
    // Header fields that anybody can write are not believed; that one came is no fault of the server's.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, _response, next) => {
      next(new HttpError(429, `Cannot answer more than ${windowRequests} requests in ${windowMs / 1000} s`));
    },
  });
  return (request, response, next) =>
    countOne(request, response, (error?: unknown) => {
      const info = (request as AugmentedRequest).rateLimit;
      if (info !== undefined) meters.set(response, (cost) => count(cost, info, response, counts));
      next(error);
    });
}

/**
 * Counts a large request as more than 1. Call it before the work.
 *
 * @param response - Its answer, of which nothing was sent yet.
 * @param cost - How many requests it counts in addition to 1.
 * @throws {HttpError} 429 when the client's window has less left.
 */
export async function chargeCost(response: Response, cost: number): Promise<void> {
  const refusal = await refusalOf(response, cost);
  if (refusal !== null) throw new HttpError(429, refusal);
}

/**
 * Counts a request as `chargeCost` does.
 *
 * @param response - Its answer, of which nothing was sent yet.
 * @param cost - How many requests it counts in addition to 1.
 * @returns Why it is refused, in a sentence for the client; null where it is not.
 */
export async function refusalOf(response: Response, cost: number): Promise<string | null> {
  return (await meters.get(response)?.(cost)) ?? null;
}

/**
 * Tells whether requests are limited: the cost of one need not be computed where they are not.
 *
 * @param response - The answer to the request.
 */
export function isMetered(response: Response): boolean {
  return meters.has(response);
}

/**
 * Returns how many requests a batch or list of ports counts in addition to 1.
 *
 * @param ports - How many ports it asks for.
 */
export function costOfPorts(ports: number): number {
  return Math.floor(ports / PORTS_PER_REQUEST);
}

async function count(
  cost: number,
  { key, limit, remaining, resetTime }: RateLimitInfo,
  response: Response,
  counts: RequestCounts,
): Promise<string | null> {
  // A request that costs more than a whole window costs the whole window: otherwise it could never be answered.
  const more = Math.min(cost, limit - 1);
  if (more < 1) return null;
  const refuse = (waitMs: number): string => {
    response.set('Retry-After', String(Math.max(1, Math.ceil(waitMs / 1000))));
    return `Cannot answer: the request counts as ${more + 1}, more than is left of ${limit} requests in this window`;
  };
  if (more > remaining) return refuse((resetTime?.getTime() ?? 0) - Date.now());
  // A worker process that cannot reach the first process lets the request pass, as `passOnStoreError` does.
  const counted = await counts.penalty(key, more).catch(() => null);
  if (counted === null) return null;
  // Other requests of the client may have been counted since `remaining` was read.
  const left = limit - counted.consumedPoints;
  response.set('RateLimit', String(response.get('RateLimit')).replace(/; r=\d+/, `; r=${Math.max(0, left)}`));
  return left < 0 ? refuse(counted.msBeforeNext) : null;
}

function storeOf(counts: RequestCounts): Store {
  return {
    increment: async (client) => {
      const { consumedPoints: totalHits, msBeforeNext } = await counts.penalty(client, 1);
      return { totalHits, resetTime: new Date(Date.now() + msBeforeNext) };
    },
    decrement: async (client) => void (await counts.reward(client, 1)),
    resetKey: async (client) => void (await counts.delete(client)),
  };
}
