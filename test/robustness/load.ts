import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** The outcome of a request. */
export interface Outcome {
  /** The status; 0 without a complete answer. */
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
  /** The error, such as `ECONNREFUSED`; null if there was an answer. */
  readonly error: string | null;
  /** Whether the connection was a reused one. */
  readonly reused: boolean;
  readonly ms: number;
  /** The time of its end, in milliseconds of `performance.now`. */
  readonly at: number;
}

/** A client with one persistent connection. It sends one request at a time. */
export class Client {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /** @param url - The server. */
  constructor(url: string) {
    this.#url = url;
  }

  /** Requests a path, and waits for the complete answer. */
  async get(path: string): Promise<Outcome> {
    const start = performance.now();
    const outgoing = request(this.#url + path, { agent: this.#agent, timeout: 30_000 });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in 30 s')));
    outgoing.end();
    const end = (more: Pick<Outcome, 'status' | 'text' | 'retryAfter' | 'error'>): Outcome => {
      const at = performance.now();
      return { ...more, reused: outgoing.reusedSocket, ms: at - start, at };
    };
    try {
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
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

/** The options of `load`. */
export interface LoadOptions {
  readonly url: string;
  readonly clients: number;
  /** The paths to request in rotation; each client begins with another one. */
  readonly paths: readonly string[];
  /** The largest number of requests a second of all clients; each client still waits for its answer. */
  readonly rate?: number;
  /** Returns false to stop. */
  readonly shouldContinue: () => boolean;
  /** Called with each outcome. */
  readonly onOutcome: (path: string, outcome: Outcome) => void;
}

/** Makes many clients request until `shouldContinue` returns false. */
export async function load({ url, clients, paths, rate, shouldContinue, onOutcome }: LoadOptions): Promise<void> {
  const intervalMs = rate === undefined ? 0 : (clients / rate) * 1000;
  await Promise.all(
    Array.from({ length: clients }, async (_, number) => {
      const client = new Client(url);
      let due = performance.now() + (number / clients) * intervalMs;
      for (let count = number; shouldContinue(); count++) {
        const early = due - performance.now();
        if (early > 0) await delay(early);
        // A late client does not catch up: its next request is due a whole interval later.
        due = Math.max(due, performance.now()) + intervalMs;
        const path = paths[count % paths.length] ?? '';
        onOutcome(path, await client.get(path));
      }
      client.close();
    }),
  );
}
