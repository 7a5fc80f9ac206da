import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyse } from 'scslre';
import { findRegexes, toLiteral } from './support/regex-literals.ts';

const { literals, calls } = findRegexes();

test('every regular expression is a literal, so that the next test finds it', () => {
  assert.deepEqual(calls, []);
  assert.ok(literals.length > 100, `${literals.length} are found`);
  assert.ok(literals.some(({ source }) => source.includes('This entry is an alias to')));
});

test('every regular expression runs in linear time in theory', () => {
  const found = literals.flatMap((literal) => {
    const { reports } = analyse(new RegExp(literal.source, literal.flags));
    return reports.map(({ type }) => `${literal.place} ${toLiteral(literal)}: ${type}`);
  });
  assert.deepEqual(found, []);
});
