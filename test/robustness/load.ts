import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** What became of a request. */
export interface Outcome {
  /** The status; 0 where there was no whole answer. */
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
  /** Why there was no answer, such as `ECONNREFUSED`; null where there was one. */
  readonly error: string | null;
  /** Whether it was sent on a connection that had answered before. */
  readonly reused: boolean;
  readonly ms: number;
  /** When it ended, in milliseconds of `performance.now`. */
  readonly at: number;
}

/** A client with one connection, on which it asks for one thing after the other. */
export class Client {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** @param url - The server. */
  constructor(url: string) {
    this.#url = url;
  }

  /** Asks, and waits for the whole answer. */
  async ask(path: string): Promise<Outcome> {
    const start = performance.now();
    const asked = request(this.#url + path, { agent: this.#agent, timeout: 30_000 });
    asked.on('timeout', () => asked.destroy(new Error('no answer in 30 s')));
    asked.end();
    const end = (more: Pick<Outcome, 'status' | 'text' | 'retryAfter' | 'error'>): Outcome => {
      const at = performance.now();
      return { ...more, reused: asked.reusedSocket, ms: at - start, at };
    };
    try {
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      const text = await textOf(response);
      return end({ status: response.statusCode ?? 0, text, retryAfter: response.headers['retry-after'], error: null });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return end({ status: 0, text: '', retryAfter: undefined, error: code ?? message });
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** What many clients were told while they asked. */
export interface LoadOptions {
  readonly url: string;
  readonly clients: number;
  /** What they ask, one after the other, each from another place on. */
  readonly paths: readonly string[];
  /** How many requests a second they send together at most; each client waits for its answer all the same. */
  readonly rate?: number;
  /** Tells whether to go on. */
  readonly goesOn: () => boolean;
  /** Is told of each. */
  readonly onOutcome: (path: string, outcome: Outcome) => void;
}

/** Has many clients ask until it is enough. */
export async function load({ url, clients, paths, rate, goesOn, onOutcome }: LoadOptions): Promise<void> {
  const intervalMs = rate === undefined ? 0 : (clients / rate) * 1000;
  await Promise.all(
    Array.from({ length: clients }, async (_, number) => {
      const client = new Client(url);
      let due = performance.now() + (number / clients) * intervalMs;
      for (let count = number; goesOn(); count++) {
        const early = due - performance.now();
        if (early > 0) await delay(early);
        // Who is late does not make up for it: the next one is due after its time again.
        due = Math.max(due, performance.now()) + intervalMs;
        const path = paths[count % paths.length] ?? '';
        onOutcome(path, await client.ask(path));
      }
      client.close();
    }),
  );
}
