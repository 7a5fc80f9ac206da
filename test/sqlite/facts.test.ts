import { describe } from 'node:test';
import { testFacts } from '../support/facts.ts';
import { useProduct } from '../support/registry.ts';

describe('facts of the bundled registry', () => {
  const product = useProduct();
  testFacts(() => product.registry);
});
