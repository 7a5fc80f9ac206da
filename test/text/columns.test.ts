import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignColumns, wrap } from '../../src/text/columns.ts';

test('terminal control sequences are removed, and long cells are shortened', () => {
  assert.equal(alignColumns([['1', 'a\u001b[2J\u202eb\r\nc']]), '1  a [2J b c\n');
  assert.equal([...alignColumns([['1', '😀'.repeat(100)]])].length, 81);
  assert.equal(alignColumns([]), '');
  assert.equal(wrap('x: ', ['a'.repeat(40), 'b'.repeat(40)]), `x: ${'a'.repeat(40)}\nx: ${'b'.repeat(40)}\n`);
});

test('cells before the last one are shortened to 46 characters', () => {
  const line = (length: number) => alignColumns([['a'.repeat(length), 'last']]);
  assert.equal(line(46), `${'a'.repeat(46)}  last\n`);
  assert.equal(line(47), `${'a'.repeat(45)}…  last\n`);
});
