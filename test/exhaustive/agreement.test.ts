import { test } from 'node:test';
import { PORT_COUNT } from '../../src/registry/values/port-number.ts';
import { assertAgreement } from '../support/agreement.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

test('REST and GraphQL have the same report of each of the 65,536 ports', async () => {
  for (let first = 0; first < PORT_COUNT; first += 1000) {
    await assertAgreement(product.app, first, Math.min(first + 999, PORT_COUNT - 1), null);
  }
});
