import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../../log.ts';
import { type Counts, NONE } from '../../metrics/request-counts.ts';
import { headerFault } from '../message/header-fault.ts';
import { refusal } from '../message/refusal.ts';
import { idFor, REQUEST_ID } from '../message/request-id.ts';

/** How long a client that was refused may go on sending before it is cut off, in milliseconds: time to read why. */
const LINGER_MS = 1_000;

/** What the HTTP parser reports. */
type ParserError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

/** What is known of the limits that the parser keeps. */
export interface ParserLimits {
  /** The largest block of request line and header fields, in bytes. */
  readonly headerBytes: number;
  /** The longest path and query, in bytes. */
  readonly urlBytes: number;
  /** Whether the log tells who the client is; here, who has the connection. */
  readonly logClientAddresses: boolean;
}

/**
 * Answers with a problem what Node cannot read as a request and would answer with an empty 400, 408 or 431, and what it
 * reads although it must be refused. An answer that is on its way is never cut into: what is refused behind it, in the
 * same connection, waits for its end.
 *
 * @param log - The log.
 * @param limits - What the parser was told.
 * @param counts - Where refusals are counted: without a route and a method, which are not known.
 * @returns A listener of `clientError`, and one of `request` that keeps count of answers and returns whether it has
 *   refused the request.
 */
export function refuseRequests(log: Logger, limits: ParserLimits, counts: Counts) {
  const lastAnswer = new WeakMap<Socket, ServerResponse>();
  const refused = new WeakSet<Socket>();

  const record = (status: number, id: string, reason: string | undefined, socket: Socket): void => {
    counts.of(NONE, NONE).add(status, 0);
    const client = limits.logClientAddresses ? { client: socket.remoteAddress } : {};
    log.debug({ status, requestId: id, reason, ...client }, 'refused what is no request');
  };

  const refuse = (error: ParserError, socket: Socket, id: string): void => {
    if (!socket.writable) return;
    const { status, detail } = explain(error, limits);
    const { fields, body } = refusal(status, detail, id);
    const lines = [...fields, ['Date', new Date().toUTCString()]].map(([name, value]) => `${name}: ${value}`);
    const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines];
    // As far as can be seen: what it does not understand the parser does not name.
    const isHead = error.rawPacket?.toString('latin1', 0, 5) === 'HEAD ';
    socket.end(`${head.join('\r\n')}\r\n\r\n${isHead ? '' : body}`);
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
    record(status, id, error.code, socket);
  };

  const onClientError = (error: ParserError, stream: import('node:stream').Duplex): void => {
    const socket = stream as Socket;
    // The parser complains again of every packet that follows.
    if (refused.has(socket)) return;
    refused.add(socket);
    const answer = lastAnswer.get(socket);
    const id = answer?.req.complete === false ? idOf(answer) : randomUUID();
    if (!isRefusal(error) || !socket.writable) socket.destroy();
    else if (answer === undefined || (answer.writableFinished && answer.req.complete)) refuse(error, socket, id);
    // The fault lies behind a whole request that is still being answered.
    else if (answer.req.complete) answer.once('close', () => refuse(error, socket, id));
    // The fault lies in the body of a request: one that was answered without its body needs no second answer.
    else if (answer.headersSent) socket.destroy();
    else refuse(error, socket, id);
  };

  const onRequest = (request: IncomingMessage, answer: ServerResponse): boolean => {
    if (answer.socket) lastAnswer.set(answer.socket, answer);
    const detail = headerFault(request);
    if (detail === undefined) return false;
    const id = idFor(request);
    const { fields, body } = refusal(400, detail, id);
    answer.writeHead(400, fields.flat()).end(body);
    record(400, id, detail, request.socket);
    return true;
  };

  return { onClientError, onRequest };
}

/** The id that the answer has, or would have had: a body may be awaited before the app sees the request. */
function idOf(answer: ServerResponse): string {
  return String(answer.getHeader(REQUEST_ID) ?? idFor(answer.req));
}

/** Anything else, such as a reset, is a connection that is no more. */
function isRefusal({ code = '' }: ParserError): boolean {
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
 * The parser has one error for the header block and does not say which line of it was too long. A request whose line
 * alone is as long as that is told by the packet in which it begins, unless it came in small pieces.
 */
function isLongRequestLine(packet: Buffer | undefined, urlBytes: number): boolean {
  if (packet === undefined || !/^[A-Z-]{3,20} \S/.test(packet.toString('latin1', 0, 40))) return false;
  const end = packet.indexOf('\n');
  return (end < 0 ? packet.length : end) > urlBytes;
}
