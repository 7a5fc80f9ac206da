import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { AssignmentCells } from '../../src/registry/rows/assignment.ts';
import { openForWriting } from '../../src/sqlite/file/database.ts';
import { importList } from '../../src/sqlite/import/imports.ts';
import { request } from '../support/contract.ts';
import { useProduct } from '../support/registry.ts';

const product = useProduct();

const QUESTIONS = [
  ...['/ports/22', '/ports/22/tcp?format=text', '/ports?ports=1-100', '/search?q=ssh', '/services/ssh', '/pools'],
  ...['/associations?origin=own', '/suggestions', '/ports/8443/suitability', '/export/services', '/readyz'],
];

/** Sends all requests, and counts the responses with 200. */
async function readAll(): Promise<number> {
  let count = 0;
  for (const path of QUESTIONS) {
    const { status } = await request(product.app).get(path);
    assert.equal(status, 200, path);
    count++;
  }
  return count;
}

/** Begins a write, and returns a function that returns whether it was answered. */
function beginWrite(t: TestContext, name: string) {
  let isAnswered = false;
  const answer = request(product.app)
    .post('/associations')
    .set('Authorization', product.bearer('write'))
    .send({ name, firstPort: 8443 })
    .then((response) => {
      isAnswered = true;
      return response;
    });
  t.after(() => answer);
  return { answer, isAnswered: () => isAnswered };
}

describe('while another process holds the write lock', () => {
  test('reads are answered, and the waiting write is done afterwards', async (t) => {
    product.bearer('write');
    const db = openForWriting(product.database);
    t.after(() => db.close());
    db.exec('BEGIN IMMEDIATE');
    const write = beginWrite(t, 'patient');
    assert.equal(await readAll(), QUESTIONS.length);
    assert.equal(write.isAnswered(), false);
    assert.equal((await request(product.app).get('/associations?service=patient')).body.count, 0);
    db.exec('COMMIT');
    assert.equal((await write.answer).status, 201);
    assert.equal((await request(product.app).get('/associations?service=patient')).body.count, 1);
  });

  test('for an import, reads are answered from the old rows, and the write follows', async (t) => {
    product.bearer('write');
    let asked = 0;
    let write: ReturnType<typeof beginWrite> | undefined;
    async function* rows() {
      yield { cells: CELLS, span: { firstPort: 1, lastPort: 1 } };
      asked = await readAll();
      // After the reads: a write waits for the lock for 5 s at most.
      write = beginWrite(t, 'after the import');
      await delay(200);
      assert.equal(write.isAnswered(), false);
    }
    const list = { list: 'assignments', origin: 'iana', source: 'x.csv', sha256: 'x', bundled: false } as const;
    // As a second process of the server imports it: on a node, a command would write through the log.
    const db = openForWriting(product.database);
    t.after(() => db.close());
    await importList(db, { ...list, date: '2026-01-01' }, rows(), 1);
    assert.deepEqual([asked, (await write?.answer)?.status], [QUESTIONS.length, 201]);
    const { body } = await request(product.app).get('/associations?service=after%20the%20import');
    assert.equal(body.count, 1);
  });
});

const CELLS: AssignmentCells = {
  serviceName: 'only-one',
  portNumber: '1',
  transportProtocol: 'tcp',
  description: '',
  assignee: '',
  contact: '',
  registrationDate: '',
  modificationDate: '',
  reference: '',
  serviceCode: '',
  unauthorizedUseReported: '',
  assignmentNotes: '',
};
