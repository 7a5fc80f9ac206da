import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useProduct } from '../support/registry.ts';
import { measureAccuracy, readQuestions } from '../support/search-questions.ts';

const product = useProduct();

test('questions as people type them have the right port first in 94 %, among the first three in 97 %', async () => {
  const questions = readQuestions(new URL('search-questions.tsv', import.meta.url));
  const { first, firstThree, wrong } = await measureAccuracy(product.app, questions);
  assert.ok(first >= 94 && firstThree >= 97, `${first} %, ${firstThree} %: ${wrong.join('; ')}`);
});
