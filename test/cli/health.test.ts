import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { freePort } from '../support/free-port.ts';
import { startInProcess } from '../support/listen.ts';
import { assertFails, runPortolan } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';

describe('portolan health', { concurrency: 2 }, () => {
  test('succeeds for a ready server', async (t) => {
    const { url } = await startInProcess(t, { DATABASE: await seededDatabase(t) });
    const environment = { PORT: new URL(url).port };
    assert.deepEqual(await runPortolan(['health'], { environment }), {
      code: 0,
      stdout: `Ready: ${url}\n`,
      stderr: '',
    });
  });

  test('fails for a closed port and for another program', async (t) => {
    const PORT = await freePort();
    await assertFails(['health'], { PORT }, `No answer from http://127.0.0.1:${PORT}: ECONNREFUSED`);
    await assertFails(['health', '--wait', '1s'], { PORT }, `No answer from http://127.0.0.1:${PORT}: ECONNREFUSED`);
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    t.after(() => silent.close());
    const { port } = silent.address() as { port: number };
    await assertFails(['health', '--port', String(port)], {}, `No answer from http://127.0.0.1:${port}: none in 4 s`);
  });

  test('refuses port 0 and a time without a unit', async () => {
    const sentence = 'Setting PORT: 0 takes any free port, which only the log of the server shows; set another one';
    await assertFails(['health'], { PORT: '0' }, sentence);
    const { code, stderr } = await runPortolan(['health', '--wait', '60']);
    const expected = 'Cannot parse time "60": expected 1 s to 1 h, in ms, s, min, h.';
    assert.deepEqual(
      [code, stderr.split('\n')[0]],
      [2, `error: option '--wait <time>' argument '60' is invalid. ${expected}`],
    );
  });
});
