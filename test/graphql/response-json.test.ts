import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringifyInTurns } from '../../src/graphql/response-json.ts';
import { RegistryError } from '../../src/registry/values/registry-error.ts';
import { fc } from '../support/properties.ts';

/** Ports with lists of every length, of more than 3 MiB. */
const PORTS = Array.from({ length: 1_000 }, (_, number) => ({
  number,
  summary: `Port ${number} “ssh”`.repeat(200),
  associations: Array.from({ length: number % 40 }, () => ({ note: 'n', sources: [null, true] })),
}));

const LARGE = { errors: undefined, data: { ports: PORTS, page: { nodes: PORTS.slice(0, 1), none: {}, empty: [] } } };

test('a response is written as JSON.stringify does', async () => {
  const turn = async () => {};
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (data) => {
      const response = { errors: undefined, data };
      assert.equal(await stringifyInTurns(response, { turn }), JSON.stringify(response));
    }),
  );
  assert.equal(await stringifyInTurns(LARGE, { turn }), JSON.stringify(LARGE));
});

test('a large response is written in turns, after at most 300 kB each', async () => {
  let turns = 0;
  const turn = async () => {
    turns++;
  };
  const { length } = await stringifyInTurns(LARGE, { turn });
  assert.ok(turns >= Math.floor(length / 300_000), `${turns} turns for ${length} characters`);
});

test('one port with many long entries is written in turns too', async () => {
  let turns = 0;
  const turn = async () => {
    turns++;
  };
  const associations = Array.from({ length: 1_000 }, () => ({ note: 'n'.repeat(2_000) }));
  await stringifyInTurns({ data: { port: { associations }, all: { ports: [{ associations }] } } }, { turn });
  assert.ok(turns >= 14, `${turns} turns`);
});

test('the text is complete when the processor time is used up, and empty when the client has disconnected', async () => {
  const failWith = (error: Error) => ({ turn: () => Promise.reject(error) });
  assert.equal(
    await stringifyInTurns(LARGE, failWith(new RegistryError('unavailable', 'late'))),
    JSON.stringify(LARGE),
  );
  assert.equal(await stringifyInTurns(LARGE, failWith(new Error('disconnected'))), '');
});
