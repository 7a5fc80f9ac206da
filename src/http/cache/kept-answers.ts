import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import { ByteTemplate, type ByteText } from '../../byte-text.ts';
import type { Counts } from '../../metrics/request-counts.ts';
import { isCacheable } from '../message/cacheable.ts';
import { lookupsOf, routeOf } from '../middleware/counting.ts';
import type { AnswerKey } from './answer-key.ts';

/** How much of answers without their bodies is kept, in bytes: each port in one form, and half as much again. */
const MOST_ENTRIES = 30 * 1024 * 1024;

/** What an answer takes beside its key and its body, in bytes. */
const AROUND_ENTRY = 300;

/**
 * How much of bodies is kept, in bytes: the reports of all ports in JSON. Those that differ in the number that was asked
 * for alone are one.
 */
const MOST_BODIES = 16 * 1024 * 1024;

/** How much of requests without their number is kept, in bytes. */
const MOST_FORMS = 2 * 1024 * 1024;

/** How much of header fields is kept, in bytes. */
const MOST_HEADS = 1024 * 1024;

/** What a body takes beside its text, and what each piece of it does, in bytes. */
const AROUND_BODY = 400;
const AROUND_PIECE = 40;

/** A body in which the number stands more often is kept whole: it is a short number, and stands there by chance. */
const MOST_PIECES = 64;

/** A larger answer is not kept, in bytes: it takes longer to send than to make. */
const LARGEST_KEPT = 64 * 1024;

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

/** An answer without its body. */
interface Entry extends Omit<KeptAnswer, 'body'> {
  /** By what its body is found. */
  readonly body: string;
}

/** A body with gaps for the number. */
interface Body {
  readonly key: string;
  readonly template: ByteTemplate;
  readonly bytes: number;
}

/** The answers of late, as bytes, as many as fit. */
export class KeptAnswers {
  readonly #forms = new LRUCache<string, number>({ maxSize: MOST_FORMS, sizeCalculation: (_, form) => form.length });
  readonly #entries = new LRUCache<string, Entry>({
    maxSize: MOST_ENTRIES,
    sizeCalculation: ({ body }, key) => key.length + body.length + AROUND_ENTRY,
  });
  readonly #bodies = new LRUCache<string, Body>({ maxSize: MOST_BODIES, sizeCalculation: ({ bytes }) => bytes });
  /** Heads that are alike are one. */
  readonly #heads = new LRUCache<string, Head>({
    maxSize: MOST_HEADS,
    // The key and both lists of fields.
    sizeCalculation: (_, key) => 3 * key.length,
  });
  #formCount = 0;

  /** Gives the answer to a request. */
  get({ form, number }: AnswerKey): KeptAnswer | undefined {
    const id = this.#forms.get(form);
    const entry = id === undefined ? undefined : this.#entries.get(`${id} ${number}`);
    const body = entry === undefined ? undefined : this.#bodies.get(entry.body);
    if (entry === undefined || body === undefined) return undefined;
    return { ...entry, body: body.template.fill(number as ByteText) };
  }

  /** Keeps an answer. */
  set({ form, number }: AnswerKey, answer: KeptAnswer): void {
    let id = this.#forms.get(form);
    if (id === undefined) {
      id = ++this.#formCount;
      this.#forms.set(form, id);
    }
    this.#entries.set(`${id} ${number}`, { ...answer, body: this.#share(answer.body, number) });
  }

  /** Forgets all answers. */
  clear(): void {
    this.#entries.clear();
    this.#bodies.clear();
    this.#forms.clear();
  }

  /** Keeps a body, or finds that it is kept. */
  #share(body: ByteText, number: string): string {
    const split = number === '' ? [body] : body.split(number);
    const pieces = (split.length > MOST_PIECES ? [body] : split) as ByteText[];
    const gaps = pieces.slice(1).map(() => 0);
    const template = new ByteTemplate(pieces, gaps);
    const key = hash('sha1', template.identity, 'base64url');
    const found = this.#bodies.get(key);
    // The key that is there already is handed out: each answer holds one.
    if (found !== undefined) return found.key;
    const bytes = body.length + AROUND_BODY + pieces.length * AROUND_PIECE;
    this.#bodies.set(key, { key, template, bytes });
    return key;
  }

  /**
   * Listens to what is sent, and hands it over when it is whole, may be kept and is small enough. Counts a miss for it,
   * and for a 304 in its place: a kept answer could have been sent.
   *
   * @param response - The response, before anything is sent.
   * @param counts - Where misses are counted.
   * @param take - Is handed the answer.
   */
  record(response: ServerResponse, counts: Pick<Counts, 'cache'>, take: (answer: KeptAnswer) => void): void {
    const { write, end } = response;
    // Null once it is too large to be kept: nothing of it is held.
    let body: string | null = '';
    const listen = (chunk: unknown, encoding: unknown): void => {
      if (body === null || !(typeof chunk === 'string' || chunk instanceof Uint8Array)) return;
      if (body.length + chunk.length > LARGEST_KEPT) {
        body = null;
        return;
      }
      const text = typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8';
      body += Buffer.from(chunk as string, text).toString('latin1');
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
      if (!isCacheable(response) || body === null) return;
      if (response.statusCode === 200 || response.statusCode === 304) counts.cache.misses++;
      if (response.statusCode !== 200) return;
      const tag = response.getHeader('etag');
      take({
        head: this.#headOf(response),
        tag: typeof tag === 'string' ? tag : undefined,
        body: body as ByteText,
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
