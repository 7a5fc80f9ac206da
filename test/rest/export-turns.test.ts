import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Registry } from '../../src/registry/registry.ts';
import type { Origin } from '../../src/registry/rows/association.ts';
import { logstashExport, servicesExport } from '../../src/text/exports.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

/** Begins an export, and writes its name into a log at each of its steps. */
function begin(name: string, log: string[], registry: Registry, origins: readonly Origin[] = ['informal']) {
  const run = async <T>(step: () => T): Promise<T> => {
    await setImmediate();
    log.push(name);
    return step();
  };
  const write = name.startsWith('logstash') ? logstashExport : servicesExport;
  return write(registry, { origins, preferred: ['own'] }, run).next();
}

/** Returns a new state of the registry: exports of one state share the names. */
function state(): Registry {
  return new Proxy(product.registry, {
    get: (registry, name) => {
      const value: unknown = Reflect.get(registry, name);
      return typeof value === 'function' ? value.bind(registry) : value;
    },
  });
}

test('one export at a time reads the names; the next starts when it has finished', async () => {
  const alone: string[] = [];
  await begin('alone', alone, state());
  // All but the first piece of the file.
  const reading = alone.length - 1;
  assert.ok(reading > 1, `${reading} steps`);
  const log: string[] = [];
  const names = ['first', 'second', 'third'];
  await Promise.all(names.map((name) => begin(name, log, state())));
  for (const [index, name] of names.slice(1).entries()) {
    const before = log.slice(0, log.indexOf(name)).filter((other) => other === names[index]);
    assert.ok(before.length >= reading, `${name} begins after ${before.length} of ${reading} steps`);
  }
});

test('exports of the same state and origins read the names once', async () => {
  const log: string[] = [];
  const shared = state();
  await Promise.all([
    begin('services', log, shared),
    begin('logstash', log, shared),
    begin('own', log, shared, ['own']),
  ]);
  const steps = (name: string) => log.filter((other) => other === name).length;
  assert.deepEqual([steps('services') > 2, steps('logstash'), steps('own') > 1], [true, 1, true]);
});

test('an export that ends early lets the next one start', async () => {
  const gone = servicesExport(state(), { origins: ['iana'], preferred: ['own'] }, () =>
    Promise.reject(new Error('the client has gone')),
  );
  const log: string[] = [];
  const results = await Promise.allSettled([gone.next(), begin('next', log, state())]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  );
});
