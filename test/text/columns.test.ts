import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignColumns, wrap } from '../../src/text/columns.ts';

test('what would command a terminal is taken out, and what is too long is cut', () => {
  assert.equal(alignColumns([['1', 'a\u001b[2J\u202eb\r\nc']]), '1  a [2J b c\n');
  assert.equal([...alignColumns([['1', '😀'.repeat(100)]])].length, 81);
  assert.equal(alignColumns([]), '');
  assert.equal(wrap('x: ', ['a'.repeat(40), 'b'.repeat(40)]), `x: ${'a'.repeat(40)}\nx: ${'b'.repeat(40)}\n`);
});

test('a cell before the last one is cut to 46 characters', () => {
  const line = (length: number) => alignColumns([['a'.repeat(length), 'last']]);
  assert.equal(line(46), `${'a'.repeat(46)}  last\n`);
  assert.equal(line(47), `${'a'.repeat(45)}…  last\n`);
});
