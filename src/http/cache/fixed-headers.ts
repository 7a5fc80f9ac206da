import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Request, Response } from 'express';
import { allowOrigins, originKey } from '../message/cors.ts';
import { sendSecurityHeaders } from '../message/security-headers.ts';
import { fieldsOf } from './cached-response.ts';

/**
 * The header fields that all responses of a route have, for responses that are sent without Express. The app's own middleware
 * sets them, once per `originKey`.
 */
export class FixedHeaders {
  readonly #corsOrigins: readonly string[];
  readonly #ofRoute: Readonly<Record<string, string>>;
  readonly #fields = new Map<string, readonly string[]>();

  /**
   * @param corsOrigins - The allowed web origins.
   * @param ofRoute - The header fields that the route adds to those of the middleware.
   */
  constructor(corsOrigins: readonly string[], ofRoute: Readonly<Record<string, string>>) {
    this.#corsOrigins = corsOrigins;
    this.#ofRoute = ofRoute;
  }

  /**
   * Returns the header fields of the response to a request, names and values in turn.
   *
   * @param request - The request.
   */
  for({ headers }: IncomingMessage): readonly string[] {
    const origin = originKey(this.#corsOrigins, headers);
    const fields = this.#fields.get(origin) ?? this.#compute(origin);
    this.#fields.set(origin, fields);
    return fields;
  }

  #compute(origin: string): string[] {
    const request = new IncomingMessage(new Socket());
    if (origin !== '') request.headers.origin = origin;
    const response = new ServerResponse(request);
    sendSecurityHeaders(this.#corsOrigins)(request, response, () => {});
    allowOrigins(this.#corsOrigins)(request as Request, response as Response, () => {});
    response.setHeader('Vary', [response.getHeader('Vary') ?? [], 'Accept-Encoding', 'Accept'].flat().join(', '));
    for (const [name, value] of Object.entries(this.#ofRoute)) response.setHeader(name, value);
    return fieldsOf(response);
  }
}
