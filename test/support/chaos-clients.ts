import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../robustness/random.ts';
import { type Node, type NodeResponse, send } from './nodes.ts';

/** The ports that clients reserve. */
const WITHIN = '23000-29999';

/** A write that a node has acknowledged. */
export interface Acknowledged {
  readonly action: 'create' | 'delete';
  /** The id of the entry. */
  readonly id: string;
  readonly port: number;
}

/** What clients of nodes in disorder have seen. */
export class ChaosClients {
  readonly acknowledged: Acknowledged[] = [];
  /** Responses that must never come: 5xx other than 503, and refusals without a reason. */
  readonly faults: string[] = [];
  /** The number of requests without an answer, and of answers 503. */
  readonly counts = { unanswered: 0, unavailable: 0, replayed: 0 };
  readonly #nodes: readonly Node[];
  readonly #authorization: string;
  readonly #random: Random;
  readonly #held: Acknowledged[] = [];
  #isOver = false;
  #clients: Promise<void>[] = [];

  /**
   * @param nodes - The nodes.
   * @param authorization - The value of `Authorization`, of a token that may write.
   * @param random - The random numbers.
   */
  constructor(nodes: readonly [Node, ...Node[]], authorization: string, random: Random) {
    this.#nodes = nodes;
    this.#authorization = authorization;
    this.#random = random;
  }

  /**
   * Makes clients reserve and release ports until `finish`.
   *
   * @param count - The number of clients.
   */
  start(count: number): void {
    this.#clients = Array.from({ length: count }, (_, client) => this.#work(client));
  }

  /** Waits until each client knows the outcome of its last write. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #work(client: number): Promise<void> {
    for (let count = 0; !this.#isOver; count++) {
      if (this.#held.length === 0 || this.#random.chance(0.7)) await this.#reserve(`client-${client}-${count}`);
      else await this.#release(this.#held.splice(this.#random.integer(0, this.#held.length - 1), 1)[0] as Acknowledged);
    }
  }

  async #reserve(name: string): Promise<void> {
    const answer = await this.#repeat('POST', '/reservations', { 'Idempotency-Key': name }, { name, within: WITHIN });
    if (answer.status !== 201) return this.#fault(answer);
    if (answer.headers.get('Idempotent-Replayed') === 'true') this.counts.replayed++;
    const created = { action: 'create', id: answer.body.id, port: answer.body.firstPort } as const;
    this.acknowledged.push(created);
    this.#held.push(created);
  }

  async #release({ id, port }: Acknowledged): Promise<void> {
    const answer = await this.#repeat('DELETE', `/associations/${id}`, { 'If-Match': '*' });
    // 404: an earlier attempt deleted the entry, and its answer was lost. A node that is behind does not delete at all.
    if (answer.status !== 204 && answer.status !== 404) return this.#fault(answer);
    this.acknowledged.push({ action: 'delete', id, port });
  }

  /** Repeats a request, each time to any node, until one answers other than "not now". */
  async #repeat(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<NodeResponse> {
    const all = { Authorization: this.#authorization, ...headers };
    for (;;) {
      const node = this.#nodes[this.#random.integer(0, this.#nodes.length - 1)] as Node;
      try {
        const answer = await send(node.url + path, method, all, body);
        if (answer.status !== 503) return answer;
        this.counts.unavailable++;
        if (answer.headers.get('Retry-After') === null) this.faults.push(`503 without Retry-After: ${text(answer)}`);
      } catch {
        this.counts.unanswered++;
      }
      await delay(50);
    }
  }

  #fault(answer: NodeResponse): void {
    this.faults.push(`${answer.status} ${text(answer)}`);
  }
}

function text({ body }: NodeResponse): string {
  return JSON.stringify(body);
}
