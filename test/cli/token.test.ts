import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseExpiry } from '../../src/cli/actions/expiry.ts';
import { executeSql } from '../support/database-content.ts';
import { assertFails, runPortolan, startServer } from '../support/portolan-process.ts';
import { seededDatabase } from '../support/seeded-database.ts';
import { suiteSettings } from '../support/shared-source.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('portolan token', () => {
  test('creates a token that is valid at once, lists it without its secret, and revokes it', async (t) => {
    const DATABASE = await seededDatabase(t);
    const environment = await suiteSettings(DATABASE);
    const server = await startServer(t, environment);
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await runPortolan(['token', ...args], { environment });
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      return stdout;
    };
    const token = await run(
      'create',
      ...['--name', 'ci', '--scope', 'write', '--owner', 'payments', '--expires', '2099-12-31'],
    );
    assert.match(token, /^portolan_[\w-]{43}\n$/);
    const write = (secret: string) =>
      fetch(`${server.url}/associations`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${secret.trim()}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: 'from-cli', firstPort: 9000 }),
      });
    assert.equal((await write(token)).status, 201);
    const today = new Date().toISOString().slice(0, 10);
    const used = /used (\d{4}-\d\d-\d\dT\d\d)Z/;
    const listedText = await run('list');
    assert.equal(
      listedText.replace(used, 'used HOUR'),
      'ci  write  valid until 2100-01-01T00:00Z  used HOUR  owner payments\n',
    );
    const lastUsedAt = `${used.exec(listedText)?.[1]}:00:00.000Z`;
    const [listed, ...others] = JSON.parse(await run('list', '--json'));
    const expiresAt = '2100-01-01T00:00:00.000Z';
    const { id, createdAt } = listed;
    const rights = { name: 'ci', scope: 'write', owners: ['payments'], pools: [], hosts: [] };
    const times = { createdAt, rotatedAt: null, expiresAt, revokedAt: null, lastUsedAt };
    assert.deepEqual([listed, others], [{ id, ...rights, ...times, valid: true }, []]);
    assert.equal(
      await run('list', '--csv'),
      `id,name,scope,createdAt,rotatedAt,expiresAt,revokedAt,lastUsedAt,owners,pools,hosts,valid\n${id},ci,write,${createdAt},,${expiresAt},,${lastUsedAt},payments,,,true\n`,
    );
    const rotated = await run('rotate', 'ci');
    assert.match(rotated, /^portolan_[\w-]{43}\n$/);
    assert.notEqual(rotated, token);
    assert.deepEqual([(await write(token)).status, (await write(rotated)).status], [401, 201]);
    assert.match(await run('revoke', 'ci'), /^Revoked ci: not valid since [\d-]+T[\d:.]+Z\n$/);
    assert.equal((await write(rotated)).status, 401);
    const revoked = (await run('list')).replace(used, 'used HOUR');
    assert.equal(revoked, `ci  write  revoked ${today}  used HOUR  owner payments\n`);
    await run('create', '--name', 'ci', '--scope', 'read');
    await assertFails(
      ['token', 'create', '--name', 'ci', '--scope', 'read'],
      environment,
      'Cannot create token "ci": a token with this name is not revoked',
    );
    await assertFails(['token', 'revoke', 'nobody'], environment, 'Cannot find token "nobody": no such name');
    executeSql(DATABASE, "UPDATE token SET expires_at = '2026-01-01T00:00:00.000Z' WHERE scope = 'read'");
    assert.match(await run('list'), /^ci {2}read {3}expired 2026-01-01T00:00Z {2}never used$/m);
    await run('create', '--name', 'web', '--scope', 'observe', '--host', 'Web-1', '--host', 'db-1.example.org');
    assert.match(await run('list'), /^web {2}observe {2}valid {22}never used {11}host web-1, host …$/m);
    const [, , bound] = JSON.parse(await run('list', '--json'));
    assert.deepEqual([bound.name, bound.hosts], ['web', ['web-1', 'db-1.example.org']]);
    assert.ok(!server.log().includes(token.trim()));
  });

  test('reports that there is no token', async (t) => {
    const environment = await suiteSettings(await seededDatabase(t));
    const { code, stdout, stderr } = await runPortolan(['token', 'list'], { environment });
    assert.deepEqual(
      { code, stdout, stderr },
      { code: 0, stdout: '', stderr: 'There is no token: create one with portolan token create\n' },
    );
  });

  test('refuses invalid arguments as wrong usage', async (t) => {
    const DATABASE = join(temporaryFolder(t), 'portolan.db');
    const name = 'expected 1 to 64 letters, digits, dots, hyphens or underscores, a letter or digit first';
    const time = 'expected a day to come such as 2027-01-31, or days or hours such as 90d or 12h';
    const cases = [
      [['--name', 'a b', '--scope', 'read'], `Cannot name a token "a b": ${name}`],
      [['--name', 'a', '--scope', 'read', '--expires', '2020-01-01'], `cannot parse --expires "2020-01-01": ${time}`],
      [
        ['--name', 'a', '--scope', 'all'],
        "option '--scope <scope>' argument 'all' is invalid. Allowed choices are read, write, admin, observe.",
      ],
      [
        ['--name', 'a', '--scope', 'admin', '--owner', 'x'],
        'Cannot bind a token of the scope admin to owners or pools: expected the scope write',
      ],
      [
        ['--name', 'a', '--scope', 'write', '--host', 'web-1'],
        'Cannot bind a token of the scope write to hosts: expected the scope observe',
      ],
      [
        ['--name', 'a', '--scope', 'observe', '--host', 'a_b'],
        'Cannot parse host "a_b": expected labels of letters, digits and hyphens, separated by dots, such as web-1.example.org',
      ],
      [['--name', 'a'], "required option '--scope <scope>' not specified"],
      [['--scope', 'read'], "required option '--name <name>' not specified"],
    ] as const;
    for (const [args, sentence] of cases) {
      const { code, stdout, stderr } = await runPortolan(['token', 'create', ...args], { environment: { DATABASE } });
      const lines = [`error: ${sentence}`, '(portolan --help lists the commands)', ''];
      assert.deepEqual({ code, stdout, lines: stderr.split('\n') }, { code: 2, stdout: '', lines });
    }
  });
});

test('the expiry of a token is the end of a day, or a duration from now', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  assert.equal(parseExpiry('2026-11-24', now), '2026-11-25T00:00:00.000Z');
  assert.equal(parseExpiry('90d', now), '2027-02-22T12:00:00.000Z');
  assert.equal(parseExpiry('12h', now), '2026-11-25T00:00:00.000Z');
  for (const text of ['2026-11-23', '2026-02-30', '0d', '5m', 'd', '', '1.5d', '-1d', '999999d']) {
    assert.throws(() => parseExpiry(text, now), /cannot parse --expires/, text);
  }
});
