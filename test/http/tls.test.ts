import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request as send } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { listenOptionsOf } from '../../src/cli/server/limits.ts';
import { readConfig, resolveConfig } from '../../src/config/config.ts';
import { givenByEnvironment } from '../../src/config/given.ts';
import { listen } from '../../src/http/server/server.ts';
import { createLog } from '../../src/log.ts';
import { runPortolan } from '../support/portolan-process.ts';
import { useProduct } from '../support/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const product = useProduct();

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));
}

const FIRST = { TLS_CERT_FILE: fixture('first.cert'), TLS_KEY_FILE: fixture('first.key') };

/** Serves the product with TLS until the test is over. */
async function listenWith(t: TestContext, settings: Readonly<Record<string, string>>, checkMs = 20) {
  const lines: string[] = [];
  const log = pino({ level: 'info', base: null, timestamp: false }, { write: (line) => lines.push(line) });
  const options = listenOptionsOf(readConfig({ PORT: '0', ...settings }));
  const tls = options.tls === null ? null : { ...options.tls, checkMs };
  const server = await listen(product.app, { ...options, tls }, log);
  t.after(() => server.stop());
  return { url: server.url, messages: () => lines.map((line) => JSON.parse(line).msg as string) };
}

/** Sends a request over a new connection, and returns the body and the subject of the certificate. */
function ask(url: string, path: string, authority: string): Promise<{ body: string; subject: string }> {
  const agent = new Agent({ ca: readFileSync(fixture(`${authority}.cert`)) });
  return new Promise((resolve, reject) => {
    const asked = send(url + path, { agent }, async (response) => {
      const subject = String((response.socket as TLSSocket).getPeerCertificate().subject.CN);
      resolve({ body: await textOf(response), subject });
      agent.destroy();
    });
    asked.on('error', reject).end();
  });
}

test('with certificate and key the server uses TLS', async (t) => {
  const { url } = await listenWith(t, FIRST);
  assert.match(url, /^https:\/\/127\.0\.0\.1:\d+$/);
  const { body, subject } = await ask(url, '/healthz', 'first');
  assert.deepEqual([JSON.parse(body).status, subject], ['ok', 'Portolan test first']);
  assert.match((await ask(url, '/ports/22', 'first')).body, /^\{"number":22,/);
});

test('an encrypted key is decrypted with a passphrase, which may be in a file', async (t) => {
  const file = join(temporaryFolder(t), 'passphrase');
  writeFileSync(file, 'portolan\n');
  for (const passphrase of [{ TLS_KEY_PASSPHRASE: 'portolan' }, { TLS_KEY_PASSPHRASE_FILE: file }]) {
    const { url } = await listenWith(t, { ...FIRST, TLS_KEY_FILE: fixture('first.encrypted-key'), ...passphrase });
    assert.equal(JSON.parse((await ask(url, '/healthz', 'first')).body).status, 'ok');
  }
});

test('a client without TLS is disconnected, and the server continues', async (t) => {
  const { url } = await listenWith(t, FIRST);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  assert.doesNotMatch(await textOf(socket), /200/);
  assert.equal(JSON.parse((await ask(url, '/healthz', 'first')).body).status, 'ok');
});

test('a new certificate is loaded when the files change; an invalid one is ignored', async (t) => {
  const folder = temporaryFolder(t);
  const settings = { TLS_CERT_FILE: join(folder, 'cert.pem'), TLS_KEY_FILE: join(folder, 'key.pem') };
  const put = (name: string, part: 'cert' | 'key') =>
    copyFileSync(fixture(`${name}.${part}`), join(folder, `${part}.pem`));
  put('first', 'cert');
  put('first', 'key');
  const { url, messages } = await listenWith(t, settings);
  const until = async (message: string): Promise<void> => {
    const deadline = Date.now() + 15_000;
    while (messages().at(-1) !== message) {
      assert.ok(Date.now() < deadline, `"${message}" never came: ${messages()}`);
      await delay(10);
    }
  };
  assert.equal((await ask(url, '/healthz', 'first')).subject, 'Portolan test first');
  put('second', 'cert');
  const key = JSON.stringify(settings.TLS_KEY_FILE);
  const expected = `expected the key of the first certificate in ${JSON.stringify(settings.TLS_CERT_FILE)}`;
  await until(`kept the old certificate: Setting TLS_KEY_FILE: Cannot use ${key}: ${expected}`);
  assert.equal((await ask(url, '/healthz', 'first')).subject, 'Portolan test first');
  put('second', 'key');
  await until('loaded the new certificate');
  assert.equal((await ask(url, '/healthz', 'second')).subject, 'Portolan test second');
});

test('an expired certificate is logged', async (t) => {
  const { messages } = await listenWith(t, { ...FIRST, TLS_CERT_FILE: fixture('expired.cert') });
  assert.deepEqual(messages(), ['the certificate has expired']);
});

describe('an error names the setting and the file', () => {
  const encrypted = fixture('first.encrypted-key');
  const cases = [
    [{ ...FIRST, TLS_CERT_FILE: '/nonexistent' }, 'TLS_CERT_FILE: Cannot read "/nonexistent": ENOENT'],
    [{ ...FIRST, TLS_KEY_FILE: '/nonexistent' }, 'TLS_KEY_FILE: Cannot read "/nonexistent": ENOENT'],
    [
      { ...FIRST, TLS_CERT_FILE: FIRST.TLS_KEY_FILE },
      `TLS_CERT_FILE: Cannot use ${JSON.stringify(FIRST.TLS_KEY_FILE)}: expected a certificate in PEM`,
    ],
    [
      { ...FIRST, TLS_KEY_FILE: FIRST.TLS_CERT_FILE },
      `TLS_KEY_FILE: Cannot use ${JSON.stringify(FIRST.TLS_CERT_FILE)}: expected a private key in PEM`,
    ],
    [
      { ...FIRST, TLS_KEY_FILE: fixture('second.key') },
      `TLS_KEY_FILE: Cannot use ${JSON.stringify(fixture('second.key'))}: expected the key of the first certificate in ${JSON.stringify(FIRST.TLS_CERT_FILE)}`,
    ],
    [
      { ...FIRST, TLS_KEY_FILE: encrypted },
      `TLS_KEY_FILE: Cannot use ${JSON.stringify(encrypted)}: it is encrypted; set TLS_KEY_PASSPHRASE_FILE to a file with its passphrase`,
    ],
    [
      { ...FIRST, TLS_KEY_FILE: encrypted, TLS_KEY_PASSPHRASE: 'wrong' },
      `TLS_KEY_FILE: Cannot use ${JSON.stringify(encrypted)}: TLS_KEY_PASSPHRASE does not open it`,
    ],
  ] as const;
  for (const [settings, message] of cases) {
    test(message.replaceAll(/"[^"]*\//g, '"'), async () => {
      const options = listenOptionsOf(readConfig({ PORT: '0', ...settings }));
      await assert.rejects(listen(product.app, options, createLog('silent')), {
        code: 'invalid_argument',
        message: `Setting ${message}`,
      });
    });
  }

  test('settings that require each other', () => {
    const cases = [
      [{ TLS_CERT_FILE: 'a' }, 'Setting TLS_CERT_FILE: Cannot be used alone: set TLS_KEY_FILE too'],
      [{ TLS_KEY_FILE: 'a' }, 'Setting TLS_KEY_FILE: Cannot be used alone: set TLS_CERT_FILE too'],
      [{ TLS_KEY_PASSPHRASE: 'a' }, 'Setting TLS_KEY_PASSPHRASE: Cannot be used alone: set TLS_KEY_FILE too'],
      [
        { TLS_KEY_PASSPHRASE: 'a', TLS_KEY_PASSPHRASE_FILE: 'b' },
        'Setting TLS_KEY_PASSPHRASE: Cannot have two values: set it or TLS_KEY_PASSPHRASE_FILE, not both',
      ],
      [
        { TLS_KEY_PASSPHRASE_FILE: '/nonexistent' },
        'Setting TLS_KEY_PASSPHRASE_FILE: Cannot read "/nonexistent": ENOENT',
      ],
    ] as const;
    for (const [environment, message] of cases) {
      assert.throws(() => resolveConfig([givenByEnvironment(environment)]), { code: 'invalid_argument', message });
    }
  });
});

test('portolan config never shows a secret, however it was set', async (t) => {
  const file = join(temporaryFolder(t), 'passphrase');
  writeFileSync(file, 'top-secret\n');
  const cases = [
    [[], { TLS_KEY_PASSPHRASE: 'top-secret' }, 'environment', null],
    [[], { TLS_KEY_PASSPHRASE_FILE: file }, 'environment', file],
    [['--tls-key-passphrase-file', file], { TLS_KEY_PASSPHRASE: 'other' }, 'flag', '--tls-key-passphrase-file'],
  ] as const;
  for (const [args, environment, source, place] of cases) {
    for (const form of [['--json'], []]) {
      const { code, stdout, stderr } = await runPortolan(['config', ...args, ...form], {
        environment: { ...FIRST, ...environment },
      });
      assert.deepEqual([code, stderr, stdout.includes('top-secret')], [0, '', false]);
      if (form.length === 0) assert.match(stdout, /^TLS_KEY_PASSPHRASE +\S.* {2}\*{8}$/m);
      else {
        const setting = JSON.parse(stdout).find(({ name }: { name: string }) => name === 'TLS_KEY_PASSPHRASE');
        assert.deepEqual(setting, { name: 'TLS_KEY_PASSPHRASE', value: '********', source, place });
      }
    }
  }
});
