import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import type { Response } from 'express';
import { ClientDisconnected, RequestWork } from '../../src/http/work/request-work.ts';

/** Returns a fake response, of which only the state of the connection is used. */
function fakeResponse(): { destroyed: boolean } & Response {
  return { destroyed: false } as Response;
}

/** Uses the processor for some milliseconds. */
function work(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

/** Runs a task in each iteration of the event loop until stopped, and counts the iterations. */
function countIterations(): { readonly count: number; stop: () => void } {
  const loop = { count: 0, stop: () => clearImmediate(next) };
  const again = (): void => {
    loop.count++;
    next = setImmediate(again);
  };
  let next = setImmediate(again);
  return loop;
}

async function connectTo(t: TestContext, server: Server): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

describe('the work of a request', () => {
  test('runs its steps one after another, in the order of the calls', async () => {
    const { run, turn } = new RequestWork(fakeResponse(), 1_000);
    const order: number[] = [];
    const steps = [1, 2, 3].map((number) => run(() => order.push(number)));
    const last = turn().then(() => order.push(4));
    await Promise.all([...steps, last, run(() => order.push(5))]);
    assert.deepEqual(order, [1, 2, 3, 4, 5]);
  });

  test('runs a step at once if no other step waits', async () => {
    const { run, turn } = new RequestWork(fakeResponse(), 1_000);
    assert.equal(
      run(() => 1),
      1,
    );
    const waiting = turn();
    const next = run(() => 2);
    assert.ok(next instanceof Promise);
    await waiting;
    assert.equal(await next, 2);
    assert.equal(
      run(() => 3),
      3,
    );
  });

  test('lets other requests run after each time slice, and at each requested pause', async (t) => {
    const { run, turn } = new RequestWork(fakeResponse(), 1_000);
    const loop = countIterations();
    t.after(loop.stop);
    const iteration = (ms: number) => () => {
      work(ms);
      return loop.count;
    };
    const [first = 0, second = 0, third = 0] = await Promise.all([12, 12, 12].map((ms) => run(iteration(ms))));
    assert.ok(first < second && second < third);
    // Short steps share a slice.
    const short = await Promise.all(Array.from({ length: 1_000 }, () => run(iteration(0))));
    assert.ok(new Set(short).size < 100);
    const before = loop.count;
    await turn();
    assert.ok(loop.count > before);
  });

  test('lets a request run that arrives during its first step, while sockets are read', async (t) => {
    const { run } = new RequestWork(fakeResponse(), 1_000);
    const order: string[] = [];
    const server = createServer((socket) => socket.once('data', (data) => answer[data.toString()]?.())).listen(0);
    await once(server, 'listening');
    t.after(() => server.close());
    const [long, short] = await Promise.all(['long', 'short'].map(() => connectTo(t, server)));
    assert.ok(long !== undefined && short !== undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    const answer: Readonly<Record<string, () => unknown>> = {
      long: async () => {
        await run(() => {
          order.push('first step');
          work(6);
          // At once, unlike `short.write`.
          writeSync((short as unknown as { _handle: { fd: number } })._handle.fd, 'short');
        });
        await run(() => order.push('second step'));
        resolve();
      },
      short: () => order.push('short request'),
    };
    long.write('long');
    await promise;
    assert.deepEqual(order, ['first step', 'short request', 'second step']);
  });

  test('continues after a step that fails', async () => {
    const { run } = new RequestWork(fakeResponse(), 1_000);
    const failed = run(() => {
      throw new Error('no');
    });
    const next = run(() => 'done');
    await assert.rejects(failed, { message: 'no' });
    assert.equal(await next, 'done');
  });

  test('stops when its client disconnects', async () => {
    const response = fakeResponse();
    const { run, turn } = new RequestWork(response, 1_000);
    let ran = 0;
    const steps = [1, 2, 3].map(() =>
      run(() => {
        ran++;
        response.destroyed = true;
      }),
    );
    const results = await Promise.allSettled([...steps, turn()]);
    assert.deepEqual(
      [ran, ...results.map(({ status }) => status)],
      [1, 'fulfilled', 'rejected', 'rejected', 'rejected'],
    );
    await assert.rejects(async () => run(() => ran++), ClientDisconnected);
  });

  test('stops when it has used its CPU time', async () => {
    const { run, turn } = new RequestWork(fakeResponse(), 5);
    await run(() => work(6));
    const tooMuch = {
      code: 'unavailable',
      message: 'Cannot answer: the request takes more than 0.005 s of processor time',
    };
    await assert.rejects(async () => run(() => 'not reached'), tooMuch);
    await assert.rejects(turn(), tooMuch);
  });

  test('of many requests takes turns, one request per turn, regardless of their steps', async (t) => {
    const loop = countIterations();
    t.after(loop.stop);
    const order: string[] = [];
    const requests = ['a', 'b'].map((name) => {
      const { run } = new RequestWork(fakeResponse(), 1_000);
      return Promise.all(
        Array.from({ length: 4 }, () =>
          run(() => {
            work(11);
            order.push(name);
          }),
        ),
      );
    });
    await Promise.all(requests);
    assert.deepEqual(order.join(''), 'abababab');
  });
});
