import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyse } from 'scslre';
import { findRegexes, toLiteral } from './support/regex-literals.ts';

const { literals, calls } = findRegexes();

test('every regular expression is a literal, which the next test finds', () => {
  assert.deepEqual(calls, []);
  assert.ok(literals.length > 100, `${literals.length} are found`);
  assert.ok(literals.some(({ source }) => source.includes('This entry is an alias to')));
});

test('no regular expression is more than linear in theory', () => {
  const found = literals.flatMap((literal) => {
    const { reports } = analyse(new RegExp(literal.source, literal.flags));
    return reports.map(({ type }) => `${literal.place} ${toLiteral(literal)}: ${type}`);
  });
  assert.deepEqual(found, []);
});
