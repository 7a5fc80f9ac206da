import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Target } from './attack.ts';

/** Precedes the status in the first line of an answer. */
const VERSION = Buffer.from('HTTP/1.1 ');
const STATUS_LENGTH = VERSION.length + 3;

/** A TCP connection of an attack. It counts answers and stores nothing of them. */
export class Connection {
  readonly #socket: Socket;
  readonly #target: Target;
  /** Resolves when either side has closed the connection. */
  readonly closed: Promise<void>;
  /** The number of answers whose first line has arrived. */
  answers = 0;
  #onAnswer = (): void => {};
  /** The last bytes received: a first line may be split between two chunks. */
  #rest: Buffer = Buffer.alloc(0);

  /**
   * @param target - The server. Its signal closes the connection.
   * @param reads - False for a client that reads nothing until `readStatus` is called.
   */
  constructor(target: Target, reads: boolean) {
    const { hostname, port } = new URL(target.url);
    this.#target = target;
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    this.#socket.on('error', () => {});
    const end = () => this.#socket.destroy();
    target.signal.addEventListener('abort', end, { once: true });
    this.closed = new Promise((resolve) =>
      this.#socket.once('close', () => {
        target.signal.removeEventListener('abort', end);
        resolve();
      }),
    );
    if (target.signal.aborted) end();
    // Before the listener is added, because that would start to read.
    if (!reads) this.#socket.pause();
    this.#socket.on('data', (chunk) => this.#count(chunk));
  }

  /** True until either side has closed the connection. */
  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Writes bytes, and waits until the system has taken them or the connection is closed. */
  async write(bytes: Uint8Array | string): Promise<void> {
    const written = new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()));
    await Promise.race([written, this.closed]);
  }

  /** Writes a request, and waits for the first line of its answer or the end of the connection. */
  async request(request: Uint8Array): Promise<void> {
    const answered = new Promise<void>((resolve) => {
      this.#onAnswer = resolve;
    });
    this.#socket.write(request);
    await Promise.race([answered, this.closed]);
  }

  /** Starts to read, waits up to 2 s for the first status, and closes the connection. */
  async readStatus(): Promise<void> {
    this.#socket.resume();
    const deadline = performance.now() + 2_000;
    while (this.answers === 0 && this.isOpen && performance.now() < deadline) await delay(10);
    await this.close();
  }

  /** Closes the connection, and counts it if there was no answer. */
  async close(): Promise<void> {
    this.#socket.destroy();
    await this.closed;
    if (this.answers === 0) this.#target.tally.cut++;
  }

  #count(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (let at = bytes.indexOf(VERSION); at !== -1; at = bytes.indexOf(VERSION, from)) {
      if (at + STATUS_LENGTH > bytes.length) break;
      this.#target.tally.add(Number(bytes.toString('latin1', at + VERSION.length, at + STATUS_LENGTH)));
      this.answers++;
      this.#onAnswer();
      from = at + STATUS_LENGTH;
    }
    this.#rest = bytes.subarray(Math.max(from, bytes.length - STATUS_LENGTH + 1));
  }
}
