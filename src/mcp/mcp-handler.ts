import {
  createMcpHandler as createModernHandler,
  isLegacyRequest,
  ProtocolErrorCode,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { Request as HttpRequest, Response as HttpResponse, RequestHandler } from 'express';
import { createMcpServer } from './mcp-server.ts';
import { findMessageFault, isMessageId } from './message-fault.ts';
import { RegistryRunner, type RunnerParts } from './registry-runner.ts';

/** The dependencies of the handler. */
export interface McpParts extends Pick<RunnerParts, 'registry' | 'own'> {
  /** The version of the program. */
  readonly version: string;
  /** True if reading requires a token. */
  readonly isPrivate: boolean;
  /** Returns the functions of a request. */
  readonly partsOf: (request: HttpRequest, response: HttpResponse) => Omit<RunnerParts, 'registry' | 'own'>;
  /** Counts a request as several for `RATE_LIMIT`. Throws if fewer are left. */
  readonly chargeCost: (response: HttpResponse, cost: number) => Promise<void>;
  /** Returns the error of a batch without messages, or with too many. */
  readonly refuse: (detail: string) => Error;
  /** Called with every error that clients see masked. */
  readonly onInternalError: (error: unknown, response: HttpResponse) => void;
}

/** The most messages of one request: clients of 2025-03-26 may send several. */
const MOST_MESSAGES = 10;

/** The longest message of an error of the library, in UTF-16 units: it quotes header fields and names in full. */
const LONGEST_ERROR = 1_000;

/** Asks for notifications, which Portolan never sends. The library would answer with an internal error. */
const SUBSCRIBE = 'subscriptions/listen';

/** The address of requests for the library, which does not use it. */
const ADDRESS = 'http://localhost/mcp';

/**
 * Creates the handler of `POST /mcp`: MCP over Streamable HTTP without sessions. Every response is one JSON document.
 *
 * @param parts - The dependencies.
 * @returns A handler that expects the parsed JSON body in `request.body`.
 */
export function createMcpHandler(parts: McpParts): RequestHandler {
  const servers = new WeakMap<Request, () => ReturnType<typeof createMcpServer>>();
  const modern = createModernHandler(
    ({ requestInfo }) => (servers.get(requestInfo as Request) as () => ReturnType<typeof createMcpServer>)(),
    { legacy: 'reject', maxSubscriptions: 0 },
  );
  return async (request, response) => {
    const messages = Array.isArray(request.body) ? request.body.length : 1;
    if (messages < 1 || messages > MOST_MESSAGES) {
      throw parts.refuse(`Cannot answer ${messages} messages at once: expected 1 to ${MOST_MESSAGES}`);
    }
    const fault = findMessageFault(request.body);
    if (fault !== null) {
      sendError(400, { code: ProtocolErrorCode.InvalidRequest, message: fault }, request.body, response);
      return;
    }
    await parts.chargeCost(response, messages - 1);
    const { registry, own, version, isPrivate } = parts;
    const runner = new RegistryRunner({ registry, own, ...parts.partsOf(request, response) });
    const onInternalError = (error: unknown) => parts.onInternalError(error, response);
    const create = () => createMcpServer({ runner, version, isPrivate, onInternalError });
    const options = { parsedBody: request.body as unknown };
    const asked = toWebRequest(request);
    let answer: Response;
    if (await isLegacyRequest(asked, request.body)) {
      const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
      const server = create();
      // A cancelled message of a list would get no response, and the others would wait for it.
      server.setNotificationHandler('notifications/cancelled', () => {});
      await server.connect(transport);
      answer = await transport.handleRequest(asked, options);
    } else if (request.body.method === SUBSCRIBE) {
      const error = { code: ProtocolErrorCode.MethodNotFound, message: 'Method not found' };
      sendError(404, error, request.body, response);
      return;
    } else {
      servers.set(asked, create);
      answer = await modern.fetch(asked, options);
    }
    await send(answer, response);
  };
}

/** Passes on only what the protocol defines: a token stays here. */
function toWebRequest({ headers }: HttpRequest): Request {
  const passed = Object.entries(headers).filter(([name]) => name.startsWith('mcp-'));
  return new Request(ADDRESS, {
    method: 'POST',
    headers: {
      ...Object.fromEntries(passed.map(([name, value]) => [name, String(value)])),
      'Content-Type': 'application/json',
      // Every response is JSON, so a client may accept only that.
      Accept: 'application/json, text/event-stream',
    },
  });
}

/** Sends an error of JSON-RPC, with the id of the message if the body has one. */
function sendError(
  status: number,
  error: { readonly code: ProtocolErrorCode; readonly message: string },
  body: unknown,
  response: HttpResponse,
): void {
  const id = (body as { readonly id?: unknown } | null)?.id;
  response.status(status).json({ jsonrpc: '2.0', id: isMessageId(id) ? id : null, error });
}

async function send(answer: Response, response: HttpResponse): Promise<void> {
  const body = await answer.text();
  response.status(answer.status);
  if (body === '') response.end();
  else response.type('application/json').send(answer.ok ? body : shortenError(body));
}

function shortenError(body: string): string {
  const { error, ...rest } = JSON.parse(body);
  const message =
    error.message.length > LONGEST_ERROR ? `${error.message.slice(0, LONGEST_ERROR).toWellFormed()}…` : error.message;
  return JSON.stringify({ ...rest, error: { ...error, message } });
}
