import { test } from 'node:test';
import { PORT_COUNT } from '../../src/registry/values/port-number.ts';
import { assertAgreement } from '../support/agreement.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

// All 65,536 ports take most of a minute: test/exhaustive requests them.
test('REST and GraphQL have the same reports of ports across the range', async () => {
  await assertAgreement(product.app, 0, 999, null);
  for (let first = 2000; first < PORT_COUNT; first += 1000) await assertAgreement(product.app, first, first + 9, null);
  await assertAgreement(product.app, 49_100, 49_199, null);
  await assertAgreement(product.app, 65_436, 65_535, null);
});

test('REST and GraphQL have the same report of a port and one protocol', async () => {
  for (const protocol of ['tcp', 'udp', 'sctp', 'dccp']) await assertAgreement(product.app, 0, 999, protocol);
});
