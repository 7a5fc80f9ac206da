import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { useProduct } from '../support/registry.ts';
import { measureAccuracy, readQuestions } from '../support/search-questions.ts';

/** Questions of public threads, each with the port that a network engineer accepts. They are not in the repository. */
const FILE = join(resolve(process.env.IANA_FILES || 'IANA_FILES is not set'), '..', 'search-questions.tsv');

const product = useProduct();

test('questions of public threads have the right port first in 95 %, among the first three in 99 %', async () => {
  const { first, firstThree, wrong } = await measureAccuracy(product.app, readQuestions(FILE));
  assert.ok(first >= 95 && firstThree >= 99, `${first} %, ${firstThree} %: ${wrong.join('; ')}`);
});
