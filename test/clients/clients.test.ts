import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { useListening } from '../support/listening.ts';
import { useProduct } from '../support/registry.ts';
import { generateTypes } from './generate.ts';

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

  test('gets errors of these types', async () => {
    const { askGraphql, askRest } = await import(FRONT_END);
    const detail = 'Cannot parse port number "70000": expected an integer from 0 to 65535';
    await assert.rejects(askRest(await origin(), 70_000), { message: detail });
    await assert.rejects(askGraphql(await origin(), 70_000), (error: Error) => error.message.startsWith(detail));
  });
});
