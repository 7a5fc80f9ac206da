import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { PROJECT } from './support/portolan-process.ts';

const PROPERTY = `
import { fc } from './test/support/properties.ts';
const seen = [];
try {
  fc.assert(fc.property(fc.integer(), (number) => { seen.push(number); return number < 1000; }));
} catch (error) {
  console.log(JSON.stringify([seen, error.message.split('\\n').at(-1)]));
}`;

/** Returns the values that a property is tested with, and the last line of its failure. */
function tried(seed: string): [values: number[], hint: string] {
  const env = { ...process.env, PROPERTY_SEED: seed };
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', PROPERTY], {
    cwd: PROJECT,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return JSON.parse(output);
}

test('property tests use the same values for the same seed, and a failure prints how to repeat it', () => {
  const [fixed, other] = [tried(''), tried('42')];
  assert.deepEqual(tried(''), fixed);
  assert.deepEqual(tried('42'), other);
  assert.notDeepEqual(other[0], fixed[0]);
  assert.deepEqual([fixed[1], other[1]], ['To repeat: PROPERTY_SEED=6335', 'To repeat: PROPERTY_SEED=42']);
  for (const seed of ['x', '-1', '1.5', '2147483648']) {
    const message = `Cannot parse PROPERTY_SEED "${seed}": expected an integer from 0 to 2147483647`;
    assert.throws(
      () => tried(seed),
      ({ stderr }: Error & { stderr: string }) => stderr.includes(message),
    );
  }
});
