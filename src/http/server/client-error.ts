import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../../log.ts';
import { type Counts, NONE } from '../../metrics/request-counts.ts';
import { refusal } from '../message/refusal.ts';
import { idFor, REQUEST_ID } from '../message/request-id.ts';

/** The time before the connection of a rejected client is closed, in milliseconds: it can read the response. */
const LINGER_MS = 1_000;

/** An error of the HTTP parser. */
type ParserError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

/** The limits of the HTTP parser, for error messages. */
export interface ParserLimits {
  /** The largest block of request line and header fields, in bytes. */
  readonly headerBytes: number;
  /** The longest path and query, in bytes. */
  readonly urlBytes: number;
  /** Whether the log contains client addresses; here, those of the connection. */
  readonly logClientAddresses: boolean;
}

/**
 * Answers malformed requests with a problem: those for which Node would send an empty 400, 408 or 431, and those that Node
 * accepts although they must be rejected. Never interrupts a response: a rejection on the same connection waits for its
 * end.
 *
 * @param log - The log.
 * @param limits - The limits of the parser.
 * @param counts - The counters of rejections, which have no route and no method.
 * @returns `onClientError` is a listener of `clientError`. `refuseInvalid` is called for each request: it rejects one with
 *   an invalid header, and returns whether it did.
 */
export function refuseRequests(log: Logger, limits: ParserLimits, counts: Counts) {
  const lastAnswer = new WeakMap<Socket, ServerResponse>();
  const refused = new WeakSet<Socket>();

  const record = (status: number, id: string, reason: string | undefined, socket: Socket): void => {
    counts.of(NONE, NONE).add(status, 0);
    const client = limits.logClientAddresses ? { client: socket.remoteAddress } : {};
    log.debug({ status, requestId: id, reason, ...client }, 'rejected a malformed request');
  };

  const refuse = (error: ParserError, socket: Socket, id: string): void => {
    if (!socket.writable) return;
    const { status, detail } = explain(error, limits);
    const { fields, body } = refusal(status, detail, id);
    const lines = [...fields, ['Date', new Date().toUTCString()]].map(([name, value]) => `${name}: ${value}`);
    const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines];
    // Detected in the raw packet: the parser does not report the method of a malformed request.
    const isHead = error.rawPacket?.toString('latin1', 0, 5) === 'HEAD ';
    socket.end(`${head.join('\r\n')}\r\n\r\n${isHead ? '' : body}`);
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
    record(status, id, error.code, socket);
  };

  const onClientError = (error: ParserError, stream: import('node:stream').Duplex): void => {
    const socket = stream as Socket;
    // The parser reports an error for every further packet, too.
    if (refused.has(socket)) return;
    refused.add(socket);
    const answer = lastAnswer.get(socket);
    const id = answer?.req.complete === false ? idOf(answer) : randomUUID();
    if (!needsResponse(error) || !socket.writable) socket.destroy();
    else if (answer === undefined || (answer.writableFinished && answer.req.complete)) refuse(error, socket, id);
    // The error follows a whole request that is still being answered.
    else if (answer.req.complete) answer.once('close', () => refuse(error, socket, id));
    // The error is in the body of a request that was answered without its body: it needs no second response.
    else if (answer.headersSent) socket.destroy();
    else refuse(error, socket, id);
  };

  const refuseInvalid = (request: IncomingMessage, answer: ServerResponse): boolean => {
    if (answer.socket) lastAnswer.set(answer.socket, answer);
    const detail = headerFault(request);
    if (detail === undefined) return false;
    const id = idFor(request);
    const { fields, body } = refusal(400, detail, id);
    answer.writeHead(400, fields.flat()).end(body);
    record(400, id, detail, request.socket);
    return true;
  };

  return { onClientError, refuseInvalid };
}

/** Returns the id of the response. The app may not have seen the request yet: its body is read first. */
function idOf(answer: ServerResponse): string {
  return String(answer.getHeader(REQUEST_ID) ?? idFor(answer.req));
}

/** Checks whether an error needs a response; after others, such as a reset, the connection is closed. */
function needsResponse({ code = '' }: ParserError): boolean {
  return code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT';
}

function explain({ code, rawPacket }: ParserError, { headerBytes, urlBytes }: ParserLimits) {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: 408, detail: 'Cannot read the request: it took too long to arrive' };
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW')
    return { status: 413, detail: 'Cannot read the body: its chunk extensions are too large' };
  if (code !== 'HPE_HEADER_OVERFLOW') return { status: 400, detail: 'Cannot read the request: expected HTTP/1.1' };
  if (isLongRequestLine(rawPacket, urlBytes))
    return { status: 414, detail: `Cannot read the URL: its path and query are longer than ${urlBytes} bytes` };
  return { status: 431, detail: `Cannot read the request: its header is larger than ${headerBytes} bytes` };
}

/**
 * Checks whether the request line alone exceeds the limit. The parser has one error for the whole header block, so this
 * looks at the first packet; a request in small packets is not recognized.
 */
function isLongRequestLine(packet: Buffer | undefined, urlBytes: number): boolean {
  if (packet === undefined || !/^[A-Z-]{3,20} \S/.test(packet.toString('latin1', 0, 40))) return false;
  const end = packet.indexOf('\n');
  return (end < 0 ? packet.length : end) > urlBytes;
}

/**
 * Header fields that must not be repeated: Node silently keeps the first. A proxy may use another one: proxy and server
 * would then disagree on the host, the token or the body.
 */
const SINGLE_FIELDS = ['Host', 'Authorization', 'Content-Type'];

/** A name, an IPv4 address or an IPv6 address in brackets, with an optional port (RFC 9110, section 7.2); may be empty. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/i;

/** Returns a sentence on a fault in a request's header that Node's parser accepts (RFC 9112, section 3.2). */
function headerFault({ rawHeaders, headers: { host }, httpVersion }: IncomingMessage): string | undefined {
  for (const name of SINGLE_FIELDS) {
    const count = countOf(name, rawHeaders);
    if (count > 1) return `Cannot read the request: expected one header field ${name}, found ${count}`;
  }
  if (host === undefined) {
    return httpVersion === '1.0' ? undefined : 'Cannot read the request: expected a header field Host';
  }
  return HOST.test(host) ? undefined : 'Cannot read the request: expected a name or an address in Host';
}

/** Counts the header fields of a name in a list that alternates names and values. */
function countOf(name: string, rawHeaders: readonly string[]): number {
  const lower = name.toLowerCase();
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index] ?? '';
    if (field.length === lower.length && field.toLowerCase() === lower) count++;
  }
  return count;
}
