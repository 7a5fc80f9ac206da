import type { ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import type { ByteText } from '../registry/byte-text.ts';
import { lookupsOf, routeOf } from './counting.ts';

/** How much is kept, in bytes of keys, bodies and what holds them. */
const MOST_KEPT = 64 * 1024 * 1024;

/** A larger answer is not kept, in bytes: it takes longer to send than to make. */
const LARGEST_KEPT = 64 * 1024;

/** What an answer takes beside its key and body, in bytes, as measured. */
const AROUND = 700;

/** The header fields of an answer, names and values in turn, but for those that are its own. */
export interface Head {
  readonly fields: readonly string[];
  /** Those of a 304 in its place. */
  readonly withoutBody: readonly string[];
  /** True when the length of the body is told, false when it is sent in chunks. */
  readonly tellsLength: boolean;
}

/** An answer as it was sent. */
export interface KeptAnswer {
  readonly head: Head;
  readonly tag: string | undefined;
  readonly body: ByteText;
  /** The route that gave it, and the look-ups in it, as they are counted. */
  readonly route: string;
  readonly lookups: readonly number[];
}

/** Written for each answer anew. */
const OWN_FIELDS = ['x-request-id', 'etag', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date'];
const BODY_FIELDS = ['content-type', 'content-encoding'];

const mayBeKept = new WeakSet<ServerResponse>();

/**
 * Says of a response that it depends on the registry and the request alone, so that it may be sent again.
 *
 * @param response - The response, before its header is sent.
 */
export function mayKeep(response: ServerResponse): void {
  mayBeKept.add(response);
}

/** The answers of late, as bytes, as many as fit. */
export class KeptAnswers {
  readonly #answers = new LRUCache<string, KeptAnswer>({
    maxSize: MOST_KEPT,
    sizeCalculation: ({ body }, key) => body.length + key.length + AROUND,
  });
  /** Heads that are alike are one. */
  readonly #heads = new LRUCache<string, Head>({ max: 200 });

  /** Gives the answer to a request. */
  get(key: string): KeptAnswer | undefined {
    return this.#answers.get(key);
  }

  /** Keeps an answer. */
  set(key: string, answer: KeptAnswer): void {
    this.#answers.set(key, answer);
  }

  /** Forgets all answers. */
  clear(): void {
    this.#answers.clear();
  }

  /**
   * Listens to what is sent, and hands it over when it is whole, may be kept and is small enough.
   *
   * @param response - The response, before anything is sent.
   * @param take - Is handed the answer.
   */
  record(response: ServerResponse, take: (answer: KeptAnswer) => void): void {
    const { write, end } = response;
    const chunks: Buffer[] = [];
    let bytes = 0;
    const listen = (chunk: unknown, encoding: unknown): void => {
      if (chunk === undefined || chunk === null || typeof chunk === 'function' || bytes > LARGEST_KEPT) return;
      const text = typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8';
      const piece = typeof chunk === 'string' ? Buffer.from(chunk, text) : Buffer.from(chunk as Uint8Array);
      bytes += piece.length;
      chunks.push(piece);
    };
    response.write = ((...args: Parameters<typeof write>) => {
      listen(args[0], args[1]);
      return write.apply(response, args);
    }) as typeof write;
    response.end = ((...args: Parameters<typeof end>) => {
      listen(args[0], args[1]);
      return end.apply(response, args);
    }) as typeof end;
    response.once('finish', () => {
      if (response.statusCode !== 200 || bytes > LARGEST_KEPT || !mayBeKept.has(response)) return;
      const tag = response.getHeader('etag');
      take({
        head: this.#headOf(response),
        tag: typeof tag === 'string' ? tag : undefined,
        body: Buffer.concat(chunks, bytes).toString('latin1') as ByteText,
        route: routeOf(response.req),
        lookups: lookupsOf(response),
      });
    });
  }

  #headOf(response: ServerResponse): Head {
    const fields: string[] = [];
    const withoutBody: string[] = [];
    for (const name of rawNames(response)) {
      if (OWN_FIELDS.includes(name.toLowerCase())) continue;
      for (const value of [response.getHeader(name)].flat()) {
        fields.push(name, String(value));
        if (!BODY_FIELDS.includes(name.toLowerCase())) withoutBody.push(name, String(value));
      }
    }
    const tellsLength = response.hasHeader('content-length');
    const key = [tellsLength, ...fields].join('\n');
    const head = this.#heads.get(key) ?? { fields, withoutBody, tellsLength };
    this.#heads.set(key, head);
    return head;
  }
}

/** The names of the header fields as they are written; Node has the method on every outgoing message, its types only on some. */
function rawNames(response: ServerResponse): string[] {
  return (response as unknown as { getRawHeaderNames: () => string[] }).getRawHeaderNames();
}
