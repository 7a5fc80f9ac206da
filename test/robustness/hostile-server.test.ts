import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { escapeControls, escapePieces } from '../../src/cli/terminal/terminal-text.ts';
import { type Outcome, runPortolan } from '../support/portolan-process.ts';

/** Control sequences that clear the screen, set the title, begin with a C1 character, delete and overwrite. */
const COMMANDS = '\u001b[2J\u001b]0;title\u0007\u009b31m\u007f\u0000overwritten\rover';
const ESCAPED = '\\u001b[2J\\u001b]0;title\\u0007\\u009b31m\\u007f\\u0000overwritten\\u000dover';

async function stub(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Returns a handler that sends the same answer to every request. */
function always(status: number, body: string | Buffer, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => response.writeHead(status, headers).end(body);
}

function runAgainst(url: string, ...args: string[]): Promise<Outcome> {
  return runPortolan([...args, '--server', url]);
}

describe('the control characters of a server', () => {
  test('are escaped in text, CSV and exports, except line breaks and tabs', async (t) => {
    const url = await stub(t, always(200, `a\tb\r\nc${COMMANDS}\n`));
    const expected = { code: 0, stdout: `a\tb\r\nc${ESCAPED}\n`, stderr: '' };
    assert.deepEqual(await runAgainst(url, '22'), expected);
    assert.deepEqual(await runAgainst(url, '22', '--csv'), expected);
    assert.deepEqual(await runAgainst(url, 'export', 'services'), expected);
  });

  test('are escaped in JSON, which parses to the same value', async (t) => {
    const name = 'a\u007f\u009b31m\tb\r\n';
    const url = await stub(t, always(200, JSON.stringify({ count: 1, name })));
    const { code, stdout } = await runAgainst(url, '22', '--json');
    assert.deepEqual([code, stdout], [0, '{"count":1,"name":"a\\u007f\\u009b31m\\tb\\r\\n"}']);
    assert.deepEqual(JSON.parse(stdout), { count: 1, name });
  });

  test('are escaped in its errors, which are truncated, with fields of any type', async (t) => {
    const suggestions = [COMMANDS, 7, 'x'.repeat(1_000), ...'abcdefghijkl'];
    const body = JSON.stringify({ detail: COMMANDS + 'x'.repeat(3_000), errors: [null], suggestions });
    const { code, stdout, stderr } = await runAgainst(
      await stub(t, always(503, body, { 'Retry-After': 'soon' })),
      '22',
    );
    assert.deepEqual([code, stdout], [1, '']);
    const [detail = '', hint = '', ...more] = stderr.split('\n');
    assert.deepEqual(more, ['']);
    assert.equal(detail, `portolan: ${ESCAPED}${'x'.repeat(2_000 - COMMANDS.length)}…`);
    assert.equal(hint, `(Did you mean ${ESCAPED}, ${'x'.repeat(100)}…, a, b, c, d, e, f, g?)`);
    for (const [status, odd] of [
      [503, '{"detail":7,"suggestions":"x","errors":5}'],
      [503, 'null'],
      [503, '[['],
    ] as const) {
      const url = await stub(t, always(status, odd));
      assert.deepEqual(await runAgainst(url, '22'), {
        code: 1,
        stdout: '',
        stderr: `portolan: ${url} answers with status ${status}\n`,
      });
    }
    const refusal = JSON.stringify({ detail: COMMANDS, errors: [{ parameter: 'port' }] });
    const refused = await runAgainst(await stub(t, always(400, refusal)), '22');
    assert.deepEqual([refused.code, refused.stderr.split('\n')[0]], [2, `error: ${ESCAPED}`]);
  });

  test('are escaped in the output of health', async (t) => {
    const url = await stub(t, always(503, JSON.stringify({ detail: COMMANDS + 'x'.repeat(5_000) })));
    const { code, stderr } = await runPortolan(['health'], { environment: { PORT: new URL(url).port } });
    assert.equal(code, 1);
    assert.equal(stderr, `portolan: Not ready, ${url} says: ${ESCAPED}${'x'.repeat(1_000 - COMMANDS.length)}\n`);
  });

  test('are escaped for any split into chunks', async () => {
    const bytes = Buffer.from(`ä${COMMANDS}\r\n€\r`);
    for (let size = 1; size < bytes.length; size++) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      const escaped = await Array.fromAsync(escapePieces(ReadableStream.from(pieces) as AsyncIterable<Uint8Array>));
      assert.equal(escaped.join(''), `ä${ESCAPED}\r\n€\\u000d`);
    }
    assert.equal(escapeControls('plain \u{1f600}\n'), 'plain \u{1f600}\n');
  });
});

describe('the answer of a server is read up to a limit', () => {
  const most = 64 * 1024 * 1024;

  test('of 64 MiB, decompressed', async (t) => {
    const bomb = gzipSync(Buffer.alloc(most + 1, 'x'), { level: 1 });
    const url = await stub(t, always(200, bomb, { 'Content-Encoding': 'gzip' }));
    const stderr = `portolan: Cannot read the answer of ${url}: expected at most 64 MiB\n`;
    for (const args of [['22'], ['annotate']])
      assert.deepEqual(await runAgainst(url, ...args), { code: 1, stdout: '', stderr });
  });

  test('of 64 KiB for an error and for health', async (t) => {
    const endless: RequestListener = (_request, response) => {
      response.writeHead(503);
      const write = (): boolean => response.write('x'.repeat(64 * 1024));
      response.on('drain', write);
      write();
    };
    const url = await stub(t, endless);
    const stderr = `portolan: ${url} answers with status 503\n`;
    assert.deepEqual(await runAgainst(url, '22'), { code: 1, stdout: '', stderr });
    const health = await runPortolan(['health'], { environment: { PORT: new URL(url).port } });
    assert.deepEqual([health.code, health.stderr], [1, `portolan: Not ready, ${url} says: status 503\n`]);
  });

  test('and invalid JSON or an incomplete answer is reported in one sentence', async (t) => {
    const text = await stub(t, always(200, 'no JSON'));
    for (const args of [['22', '--json'], ['annotate']])
      assert.deepEqual(await runAgainst(text, ...args), {
        code: 1,
        stdout: '',
        stderr: `portolan: Cannot read the answer of ${text}: expected JSON\n`,
      });
    const broken = await stub(t, (request, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('half');
      setTimeout(() => request.socket.destroy(), 50);
    });
    const { code, stderr } = await runAgainst(broken, 'export', 'services');
    assert.deepEqual([code, stderr], [1, `portolan: The answer of ${broken} broke off: UND_ERR_SOCKET\n`]);
  });

  test('and annotate ignores invalid names', async (t) => {
    const url = await stub(t, (request, response) => {
      const isRanges = request.url?.startsWith('/ephemeral-ranges');
      const hostile = `"22/tcp${'": "'.repeat(100_000)}x\n"80/tcp": "w\\u001b[2Jww"\n`;
      response.end(isRanges ? '{"results":[null,7,{"system":"linux","current":true}]}' : hostile);
    });
    const input = 'tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:*\ntcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n';
    const { code, stdout } = await runPortolan(['annotate', '--server', url], { input });
    assert.equal(code, 0);
    assert.match(stdout, /^tcp LISTEN 0 128 0\.0\.0\.0:80 .*w \[2Jww/);
  });
});
