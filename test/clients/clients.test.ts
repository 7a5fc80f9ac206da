import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CONTRACT_FILE } from '../support/contract.ts';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { EXAMPLES, generateTypes } from './generate.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));

// Not known to the compiler, which checks this file before the types are there.
const FRONT_END: string = './front-end.ts';

const product = useProduct();
const origin = useListening(product);

describe('a client with generated types', () => {
  before(generateTypes);

  test('compiles, would not with a wrong path, parameter, value or field, and has the types of the domain', async () => {
    const run = promisify(execFile)(join(HERE, 'node_modules/.bin/tsc'), ['--project', HERE]);
    const { stdout } = await run.catch((error: { stdout: string }) => error);
    assert.equal(stdout, '');
  });

  test('gets responses of these types', async () => {
    const { askGraphql, askRest } = await import(FRONT_END);
    assert.deepEqual(await askRest(await origin(), 22), JSON.parse(JSON.stringify(product.registry.port(22, 'tcp'))));
    assert.deepEqual(await askGraphql(await origin(), 6667), {
      number: 6667,
      states: { tcp: 'ASSIGNED' },
      assignments: [
        { serviceName: 'ircu', protocol: 'TCP' },
        { serviceName: null, protocol: 'UDP' },
      ],
    });
  });

  test('runs the examples of docs/front-end.md', async (t) => {
    const libraries = EXAMPLES.map(({ text }) => /from '([^']*)'/.exec(text)?.[1]);
    assert.deepEqual(libraries, ['openapi-fetch', '@apollo/client', '@urql/core', 'graphql-request']);
    const url = await origin();
    for (const [index, library] of libraries.entries()) {
      const printed: unknown[] = [];
      t.mock.method(console, 'log', (...values: unknown[]) => printed.push(...values));
      const example = new URL(`generated/page-${index}.ts`, import.meta.url);
      const local = new URL(`generated/run-${index}.ts`, import.meta.url);
      writeFileSync(local, readFileSync(example, 'utf8').replaceAll('http://localhost:7605', url));
      await import(local.href);
      t.mock.restoreAll();
      const expected = library === 'openapi-fetch' ? [product.registry.port(443, null).summary, null] : ['ASSIGNED'];
      assert.equal(printed.length, expected.length, library);
      assert.deepEqual(printed[0], expected[0], library);
    }
  });

  test('of Hey API has one function for each operation, with data and errors', async () => {
    const [source, target] = ['generated/hey', 'generated/hey-js'].map((name) => join(HERE, name)) as [string, string];
    const run = (program: string, args: readonly string[]) =>
      promisify(execFile)(process.execPath, [join(HERE, 'node_modules/.bin', program), ...args], { cwd: HERE });
    await run('openapi-ts', ['-i', fileURLToPath(CONTRACT_FILE), '-o', source]);
    const options = ['--target', 'es2024', '--module', 'nodenext', '--strict', '--skipLibCheck', '--outDir', target];
    await run('tsc', [...options, '--lib', 'es2024,dom,dom.iterable', join(source, 'index.ts')]);
    const { client } = await import(join(target, 'client.gen.js'));
    const sdk = await import(join(target, 'sdk.gen.js'));
    client.setConfig({ baseUrl: await origin() });
    const { data } = await sdk.getPort({ path: { port: 443 } });
    assert.equal(data.number, 443);
    const { error } = await sdk.getPort({ path: { port: 70_000 } });
    assert.equal(error.detail, 'Cannot parse port number "70000": expected an integer from 0 to 65535');
    const { data: free } = await sdk.suggestPorts({ query: { count: 3, avoid: ['linux', 'own'] } });
    assert.equal(free.results.length, 3);
    assert.equal(typeof sdk.reservePort, 'function');
  });

  test('gets errors of these types', async () => {
    const { askGraphql, askRest } = await import(FRONT_END);
    const detail = 'Cannot parse port number "70000": expected an integer from 0 to 65535';
    await assert.rejects(askRest(await origin(), 70_000), { message: detail });
    await assert.rejects(askGraphql(await origin(), 70_000), (error: Error) => error.message.startsWith(detail));
  });
});
