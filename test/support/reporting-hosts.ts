import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../robustness/random.ts';
import { type Node, send, waitUntil } from './nodes.ts';

/** The time limit of a request, in milliseconds. */
const REQUEST_MS = 30_000;

/** Hosts that report their sockets, each time to any node, and repeat a snapshot until a node has stored it. */
export class ReportingHosts {
  readonly #nodes: readonly Node[];
  readonly #authorization: string;
  readonly #random: Random;
  /** The port in the last stored snapshot of a host. */
  readonly #ports = new Map<string, number>();
  #isOver = false;
  #hosts: Promise<void>[] = [];
  /** The number of stored snapshots. */
  stored = 0;
  /** Responses other than 200 and 503. */
  readonly faults: string[] = [];

  /**
   * @param nodes - The nodes.
   * @param authorization - The value of `Authorization`, of a token that may observe.
   * @param random - The random numbers.
   */
  constructor(nodes: readonly [Node, ...Node[]], authorization: string, random: Random) {
    this.#nodes = nodes;
    this.#authorization = authorization;
    this.#random = random;
  }

  /**
   * Makes hosts report until `finish`.
   *
   * @param count - The number of hosts.
   */
  start(count: number): void {
    this.#hosts = Array.from({ length: count }, (_, host) => this.#report(`host-${host + 1}`));
  }

  /** Waits until the last snapshot of each host is stored. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#hosts);
  }

  /** Fails unless all nodes soon have the same sockets, and those of the last stored snapshots are listening. */
  async assertStored(): Promise<void> {
    const headers = { Authorization: this.#authorization };
    const list = async ({ url }: Node, query: string) =>
      JSON.stringify((await send(`${url}/observations?limit=1000&${query}`, 'GET', headers)).body.results);
    for (const query of ['state=listening', 'state=all']) {
      await waitUntil('all nodes have the same sockets', async () => {
        return new Set(await Promise.all(this.#nodes.map((node) => list(node, query)))).size === 1;
      });
    }
    const listening = JSON.parse(await list(this.#nodes[0] as Node, 'state=listening')) as {
      readonly host: string;
      readonly port: number;
    }[];
    assert.deepEqual(new Map(listening.map(({ host, port }) => [host, port])), new Map([...this.#ports].sort()));
  }

  async #report(host: string): Promise<void> {
    for (let port = 1_024; !this.#isOver || port === 1_024; port++) {
      while (!(await this.#put(host, port))) await delay(50);
      this.#ports.set(host, port);
      this.stored++;
      await delay(100);
    }
  }

  async #put(host: string, port: number): Promise<boolean> {
    const node = this.#nodes[this.#random.integer(0, this.#nodes.length - 1)] as Node;
    try {
      const response = await fetch(`${node.url}/observations/${host}`, {
        method: 'PUT',
        headers: { Authorization: this.#authorization, 'Content-Type': 'text/plain' },
        body: `tcp LISTEN 0 128 0.0.0.0:${port} 0.0.0.0:* users:(("app",pid=1,fd=3))\n`,
        signal: AbortSignal.timeout(REQUEST_MS),
      });
      const text = await response.text();
      if (response.status !== 200 && response.status !== 503) this.faults.push(`${response.status} ${text}`);
      return response.status === 200;
    } catch {
      return false;
    }
  }
}
