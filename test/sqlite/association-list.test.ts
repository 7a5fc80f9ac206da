import assert from 'node:assert/strict';
import { test } from 'node:test';
import { USE_ORDERS } from '../../src/registry/search/use-order.ts';
import { openForReading } from '../../src/sqlite/file/database.ts';
import { USE_ORDER_SQL } from '../../src/sqlite/read/use-conditions.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

test('lists of uses read the index alone, which by port is in their order', () => {
  const db = openForReading(product.environment.DATABASE ?? '');
  try {
    for (const order of USE_ORDERS) {
      const plan = db
        .prepare<[], { readonly detail: string }>(
          `EXPLAIN QUERY PLAN SELECT row FROM association WHERE origin = 'own' AND status = 'active' ORDER BY ${USE_ORDER_SQL[order]}`,
        )
        .all()
        .map(({ detail }) => detail);
      assert.equal(plan[0], 'SCAN association USING COVERING INDEX association_list', order);
      assert.equal(plan.length, order.endsWith('port') ? 1 : 2, order);
    }
  } finally {
    db.close();
  }
});
