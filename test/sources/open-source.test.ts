import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type ErrorCode, RegistryError } from '../../src/registry/values/registry-error.ts';
import { LARGEST_SOURCE, openSource } from '../../src/sources/open-source.ts';
import { startHttp } from '../support/http-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BYTES = Buffer.from('a,b\r\n1,"FORTÉ"\r\n');
const TOO_LARGE = Buffer.alloc(LARGEST_SOURCE + 1, 'x');
const NOTHING = Readable.from([]);

function refusal(code: ErrorCode, message: string) {
  return { name: 'RegistryError', code, message };
}

describe('a file', () => {
  test('is read as a whole, with its name without the folder', async (t) => {
    const path = join(temporaryFolder(t), 'iana.csv');
    writeFileSync(path, BYTES);
    assert.deepEqual(await openSource(path, NOTHING), { name: 'iana.csv', bytes: BYTES });
  });

  test('is decompressed, for any file name', async (t) => {
    const path = join(temporaryFolder(t), 'iana.csv');
    writeFileSync(path, gzipSync(BYTES));
    assert.deepEqual(await openSource(path, NOTHING), { name: 'iana.csv', bytes: BYTES });
  });

  test('with a truncated gzip stream is refused', async (t) => {
    const path = join(temporaryFolder(t), 'iana.csv.gz');
    writeFileSync(path, gzipSync(BYTES).subarray(0, -9));
    const message = 'Cannot decompress iana.csv.gz: expected a complete gzip file';
    await assert.rejects(openSource(path, NOTHING), refusal('invalid_argument', message));
  });

  test('that is too large is refused, compressed or not', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'large.csv'), '');
    truncateSync(join(folder, 'large.csv'), TOO_LARGE.length);
    writeFileSync(join(folder, 'large.csv.gz'), gzipSync(TOO_LARGE));
    for (const name of ['large.csv', 'large.csv.gz']) {
      const message = `Cannot read ${name}: expected at most 32 MiB`;
      await assert.rejects(openSource(join(folder, name), NOTHING), refusal('invalid_argument', message));
    }
  });

  test('of unknown size is read up to the limit', async () => {
    await assert.rejects(
      openSource('/dev/zero', NOTHING),
      refusal('invalid_argument', 'Cannot read zero: expected at most 32 MiB'),
    );
  });

  test('of exactly the largest size is read', async (t) => {
    const path = join(temporaryFolder(t), 'large.csv.gz');
    writeFileSync(path, gzipSync(TOO_LARGE.subarray(1)));
    assert.equal((await openSource(path, NOTHING)).bytes.length, LARGEST_SOURCE);
  });

  test('that does not exist or is a folder is refused', async (t) => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'sub'));
    const missing = join(folder, 'missing.csv');
    const cases = [
      [missing, refusal('not_found', `Cannot read ${JSON.stringify(missing)}: no such file`)],
      [folder, refusal('invalid_argument', `Cannot read ${JSON.stringify(folder)}: expected a file, got a folder`)],
    ] as const;
    for (const [path, error] of cases) await assert.rejects(openSource(path, NOTHING), error);
  });
});

describe('standard input', () => {
  test('is read to its end, compressed or not', async () => {
    for (const bytes of [BYTES, gzipSync(BYTES)]) {
      const pieces = Readable.from([bytes.subarray(0, 1), bytes.subarray(1, 7), bytes.subarray(7)]);
      assert.deepEqual(await openSource('-', pieces), { name: 'standard input', bytes: BYTES });
    }
  });

  test('that never ends is refused when it is too large', async () => {
    async function* endless() {
      for (;;) yield Buffer.alloc(1024 * 1024);
    }
    const message = 'Cannot read standard input: expected at most 32 MiB';
    await assert.rejects(openSource('-', endless()), refusal('invalid_argument', message));
  });
});

describe('an address', () => {
  test('is downloaded, compressed or not, and named without its query', async (t) => {
    const url = await startHttp(t, (request, response) => {
      if (request.url === '/encoded.csv') response.setHeader('Content-Encoding', 'gzip');
      response.end(request.url?.startsWith('/plain.csv') ? BYTES : gzipSync(BYTES));
    });
    for (const [path, name] of [
      ['/plain.csv?key=secret', '/plain.csv'],
      ['/packed.csv.gz', '/packed.csv.gz'],
      ['/encoded.csv', '/encoded.csv'],
    ]) {
      assert.deepEqual(await openSource(url + path, NOTHING), { name: url + name, bytes: BYTES });
    }
  });

  test('follows redirects', async (t) => {
    const url = await startHttp(t, (request, response) => {
      if (request.url === '/new') response.end(BYTES);
      else response.writeHead(302, { Location: '/new' }).end();
    });
    assert.deepEqual(await openSource(`${url}/old`, NOTHING), { name: `${url}/old`, bytes: BYTES });
  });

  const statuses: readonly (readonly [status: number, code: ErrorCode])[] = [
    [404, 'not_found'],
    [410, 'not_found'],
    [403, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ];
  for (const [status, code] of statuses) {
    test(`with status ${status} is refused`, async (t) => {
      const url = await startHttp(t, (_request, response) => response.writeHead(status).end('<html>No.</html>'));
      const message = `Cannot download ${url}/iana.csv: expected status 200, got ${status}`;
      await assert.rejects(openSource(`${url}/iana.csv`, NOTHING), refusal(code, message));
    });
  }

  test('with more than 32 MiB is refused, compressed or not, with a known length or not', async (t) => {
    const url = await startHttp(t, (request, response) => {
      if (request.url === '/chunked') response.setHeader('Transfer-Encoding', 'chunked');
      response.end(request.url === '/packed' ? gzipSync(TOO_LARGE) : TOO_LARGE);
    });
    for (const path of ['/plain', '/chunked', '/packed']) {
      const message = `Cannot read ${url}${path}: expected at most 32 MiB`;
      await assert.rejects(openSource(url + path, NOTHING), refusal('invalid_argument', message));
    }
  });

  test('with an incomplete response is refused', async (t) => {
    const url = await startHttp(t, (_request, response) => {
      response.writeHead(200, { 'Content-Length': 1000 }).write('a,b');
      setTimeout(() => response.destroy(), 50);
    });
    const message = `Cannot download ${url}/: UND_ERR_SOCKET`;
    await assert.rejects(openSource(`${url}/`, NOTHING), refusal('unavailable', message));
  });

  test('without a listening server is refused', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    server.close();
    await once(server, 'close');
    const message = `Cannot download ${url}: ECONNREFUSED`;
    await assert.rejects(openSource(url, NOTHING), refusal('unavailable', message));
  });

  test('that is invalid or has a password is refused, and the password is never shown', async () => {
    const message = 'Cannot download: expected an address such as https://host/file.csv';
    for (const address of ['http://', 'https://[', 'http://user:secret@127.0.0.1:9/', 'HTTP://user@127.0.0.1:9/']) {
      await assert.rejects(openSource(address, NOTHING), new RegistryError('invalid_argument', message));
    }
    const refused = refusal(
      'unavailable',
      'Cannot download http://127.0.0.1:1/: HTTP clients block its port, as browsers do (WHATWG Fetch standard): the server needs another one',
    );
    await assert.rejects(openSource('http://127.0.0.1:1/', NOTHING), refused);
  });
});
