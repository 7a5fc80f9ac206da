import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';
import { type ByteText, decode, encode } from '../../src/byte-text.ts';
import type { GraphqlHandler } from '../../src/graphql/graphql-handler.ts';
import { DirectGraphql, type DirectGraphqlParts } from '../../src/http/cache/direct-graphql.ts';
import { REQUEST_ID } from '../../src/http/message/request-id.ts';

/** What is compared: all but the content coding, which is chosen later. */
interface Sent {
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/**
 * Makes Apollo answer, executes the same query compiled, and fails when the two responses differ: all tests of GraphQL
 * run over both ways. For a client that has disconnected, either way may stop: then they may differ.
 *
 * @param handler - The handler of GraphQL.
 * @param parts - What compiled queries need; its counters are not those of the app.
 */
export function bothWays(handler: GraphqlHandler, parts: Omit<DirectGraphqlParts, 'findQuery'>): RequestHandler {
  const direct = new DirectGraphql({ ...parts, findQuery: handler.findQuery });
  return (request, response, next) => {
    if (request.method === 'POST' && request.body !== undefined) compareBeforeEnd(direct, request, response);
    return handler.handle(request, response, next);
  };
}

function compareBeforeEnd(direct: DirectGraphql, request: Request, response: Response): void {
  const { write, end } = response;
  const asked = JSON.stringify(request.body);
  /** The pieces of a large body, which are written before its end. */
  const pieces: Buffer[] = [];
  response.write = ((...args: Parameters<typeof write>) => {
    pieces.push(Buffer.from(args[0]));
    return write.apply(response, args);
  }) as typeof write;
  response.end = ((...args: Parameters<typeof end>) => {
    const expected = sent(response, Buffer.concat(pieces).toString() + String(args[0] ?? ''));
    compare(direct, request, asked, expected).then(
      () => end.apply(response, args),
      (error) => {
        if (request.socket.destroyed) return;
        response.destroy();
        setImmediate(() => {
          throw error;
        });
      },
    );
    return response;
  }) as typeof end;
}

async function compare(direct: DirectGraphql, request: Request, asked: string, expected: Sent): Promise<void> {
  const given = await answerDirectly(direct, request, String(expected.fields[REQUEST_ID.toLowerCase()]), asked);
  if (given === 'not compiled') return;
  const isError = expected.status !== 200 || 'errors' in JSON.parse(expected.body);
  if (given === 'handed on') assert.ok(isError, `a compiled query failed, Apollo did not: ${asked}`);
  else assert.deepEqual(given, expected, asked);
}

function answerDirectly(direct: DirectGraphql, { headers }: Request, id: string, asked: string) {
  return new Promise<Sent | 'not compiled' | 'handed on'>((resolve) => {
    const request = new IncomingMessage(new Socket());
    const { 'accept-encoding': _, ...others } = headers;
    Object.assign(request, { method: 'POST', headers: { ...others, 'x-request-id': id } });
    const response = new ServerResponse(request);
    response.writeHead = ((status: number, fields: readonly string[]) => {
      response.statusCode = status;
      for (let index = 0; index < fields.length; index += 2) {
        response.setHeader(fields[index] as string, fields[index + 1] as string);
      }
      return response;
    }) as unknown as typeof response.writeHead;
    response.end = ((body: ByteText) => {
      resolve(sent(response, decode(body)));
      return response;
    }) as typeof response.end;
    const isTaken = direct.answer(request, response, encode(asked), {
      start: 0,
      store: undefined,
      runApp: () => resolve('handed on'),
    });
    if (!isTaken) resolve('not compiled');
  });
}

function sent(response: ServerResponse, body: string): Sent {
  const fields = Object.fromEntries(
    Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
  return { status: response.statusCode, fields, body };
}
