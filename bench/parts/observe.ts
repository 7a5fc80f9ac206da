import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { portolan } from '../contenders/portolan.ts';
import { GOALS } from '../goals.ts';
import { drive, type LoadResult } from '../load/load.ts';
import { createToken } from '../own-entries.ts';
import { shufflePorts } from '../port-sequence.ts';
import { askRest } from '../requests.ts';
import { warmUp } from '../rounds.ts';
import { SNAPSHOT_ROWS, sendSnapshot } from '../snapshots.ts';
import { median } from '../statistics.ts';
import { withCopy } from '../workbench.ts';
import { against } from './compare.ts';
import { type Part, withServer } from './part.ts';

const HOSTS = 500;

const QUIET = 'GET /ports/{random}, no snapshots';
const SNAPSHOTS = `GET /ports/{random}, ${HOSTS} hosts send ${SNAPSHOT_ROWS} rows a minute`;

/** The interval between two snapshots, in milliseconds: each host sends one a minute. */
const INTERVAL_MS = 60_000 / HOSTS;

/** The least part of the snapshots that a turn must have stored: with fewer, the load would not be the stated one. */
const LEAST_PART = 0.9;

/** Measures lookups while hosts send snapshots of their sockets, all of which are on disk before the response. */
export const observe: Part = ({ options, workbench }) =>
  withCopy(workbench, (database) =>
    withServer(portolan(database), async (server) => {
      const token = await createToken(database, 'observe');
      const { rounds, seconds, connections } = options;
      const requests = shufflePorts().map((port) => askRest(port));
      const sender = new Sender(server.url, token);
      await sender.sendAll();
      const results = new Map<string, LoadResult[]>();
      await warmUp({ name: server.name, server, requests, touchAll: true }, options);
      for (let round = 0; round < rounds; round++) {
        for (const name of [QUIET, SNAPSHOTS]) {
          const sending = name === QUIET ? undefined : sender.start();
          const load = { url: server.url, requests, order: 'random', connections, seconds } as const;
          const result = await drive(load).finally(() => sending?.stop());
          await sending?.done;
          results.set(name, [...(results.get(name) ?? []), result]);
        }
      }
      return [
        against(results, SNAPSHOTS, QUIET, GOALS.observedReads),
        { what: 'PUT /observations/{host} meanwhile', figure: median(sender.times), unit: 'ms' },
        ...[QUIET, SNAPSHOTS].map((name) => ({
          what: `${name}: longest stall`,
          figure: Math.max(...(results.get(name) ?? []).map((round) => round.longest)),
          unit: 'ms' as const,
        })),
      ];
    }),
  );

/** Sends the snapshots of all hosts in turn. */
class Sender {
  readonly #url: string;
  readonly #token: string;
  #sent = 0;
  /** The times of the snapshots that `start` has sent, in milliseconds. */
  readonly times: number[] = [];

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async sendAll(): Promise<void> {
    for (let host = 0; host < HOSTS; host++) await this.#send();
  }

  start(): { readonly stop: () => void; readonly done: Promise<void> } {
    let isOver = false;
    const stop = (): void => {
      isOver = true;
    };
    return { stop, done: this.#sendUntil(() => isOver) };
  }

  async #sendUntil(isOver: () => boolean): Promise<void> {
    const start = performance.now();
    let count = 0;
    while (!isOver()) {
      this.times.push(await this.#send());
      count++;
      await delay(Math.max(0, start + count * INTERVAL_MS - performance.now()));
    }
    const wanted = (performance.now() - start) / INTERVAL_MS;
    assert.ok(count >= wanted * LEAST_PART, `${count} snapshots were stored, expected ${Math.round(wanted)}`);
  }

  #send(): Promise<number> {
    const host = this.#sent % HOSTS;
    return sendSnapshot(this.#url, this.#token, host, Math.floor(this.#sent++ / HOSTS));
  }
}
