import type { RequestHandler, Response } from 'express';
import { type AugmentedRequest, type RateLimitInfo, rateLimit, type Store } from 'express-rate-limit';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { HttpError } from '../message/problem.ts';

/** The counter of requests by client and window: in this process, or in the primary process for all workers. */
export type RequestCounts = Pick<RateLimiterAbstract, 'penalty' | 'reward' | 'delete'>;

/** The rate limit of a client. */
export interface RateLimit {
  /** The most requests in a window; 0 for no limit. A large request counts as several. */
  readonly windowRequests: number;
  /** The length of the window, in milliseconds. */
  readonly windowMs: number;
}

/** The additional cost of an export, in requests. */
export const EXPORT_COST = 10;

/** The number of ports of a batch or list that count as 1 request. */
const PORTS_PER_REQUEST = 100;

/** Adds to the count of a client, or returns the reason for a rejection. */
type Meter = (cost: number) => Promise<string | null>;

/** The meters of the requests that are limited. */
const meters = new WeakMap<Response, Meter>();

/**
 * Rejects clients that exceed the rate limit with 429, and sends the remaining requests (`RateLimit`, `RateLimit-Policy`
 * and `Retry-After`). A client is the connection's IPv4 address or /56 of IPv6. Every request counts as 1; `chargeCost`
 * adds to that.
 *
 * @param limit - The rate limit.
 * @param counts - The counter; null for no limit.
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
    // A rejected preflight would hide the 429 of the request that follows.
    skip: ({ method }) => method === 'OPTIONS',
    // These header fields are ignored because any client can send them; their presence is not an error.
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
 * @param response - The response to the request, before anything was sent.
 * @param cost - The cost in addition to 1, in requests.
 * @throws {HttpError} 429 if fewer requests remain in the client's window.
 */
export async function chargeCost(response: Response, cost: number): Promise<void> {
  const refusal = await refusalOf(response, cost);
  if (refusal !== null) throw new HttpError(429, refusal);
}

/**
 * Counts a request as `chargeCost` does.
 *
 * @param response - The response to the request, before anything was sent.
 * @param cost - The cost in addition to 1, in requests.
 * @returns The reason for a rejection, in a sentence for the client; null if the request may proceed.
 */
export async function refusalOf(response: Response, cost: number): Promise<string | null> {
  return (await meters.get(response)?.(cost)) ?? null;
}

/**
 * Checks whether a request is limited: otherwise its cost need not be computed.
 *
 * @param response - The response to the request.
 */
export function isMetered(response: Response): boolean {
  return meters.has(response);
}

/**
 * Returns the cost of a batch or list of ports in addition to 1, in requests.
 *
 * @param ports - The number of requested ports.
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
  // The cost is limited to a whole window: otherwise the request could never be answered.
  const more = Math.min(cost, limit - 1);
  if (more < 1) return null;
  const refuse = (waitMs: number): string => {
    response.set('Retry-After', String(Math.max(1, Math.ceil(waitMs / 1000))));
    return `Cannot answer: the request counts as ${more + 1}, more than is left of ${limit} requests in this window`;
  };
  if (more > remaining) return refuse((resetTime?.getTime() ?? 0) - Date.now());
  // A worker that cannot reach the primary process lets the request pass, as `passOnStoreError` does.
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
