import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readConfig } from '../../src/config/config.ts';

describe('settings', () => {
  test('have consistent defaults', () => {
    const config = readConfig({ BODY_LIMIT: '' });
    assert.equal(config.bodyLimit, 4 * 1024 * 1024);
    assert.deepEqual([config.batchLimit, config.headerLimit, config.urlLimit], [65_536, 32_768, 16_384]);
    assert.deepEqual([config.rateLimit, config.rateWindow, config.maxConnections], [0, 60_000, 2000]);
    assert.deepEqual([config.requestTimeout, config.headersTimeout, config.keepAliveTimeout], [30_000, 10_000, 75_000]);
  });

  test('accept sizes and times with units, in any letter case', () => {
    const cases = [
      ['BODY_LIMIT', '2048', 'bodyLimit', 2048],
      ['BODY_LIMIT', '2048 b', 'bodyLimit', 2048],
      ['BODY_LIMIT', '3kB', 'bodyLimit', 3000],
      ['BODY_LIMIT', '3 KIB', 'bodyLimit', 3072],
      ['BODY_LIMIT', ' 5 mb ', 'bodyLimit', 5_000_000],
      ['BODY_LIMIT', '5MiB', 'bodyLimit', 5 * 1024 * 1024],
      ['RATE_WINDOW', '1500 ms', 'rateWindow', 1500],
      ['RATE_WINDOW', '90s', 'rateWindow', 90_000],
      ['RATE_WINDOW', '15 Min', 'rateWindow', 900_000],
      ['RATE_WINDOW', '24 h', 'rateWindow', 86_400_000],
      ['OBSERVATION_RETENTION', '30', 'observationRetention', 30],
      ['OBSERVATION_RETENTION', '1d', 'observationRetention', 1],
      ['OBSERVATION_RETENTION', '90 Days', 'observationRetention', 90],
    ] as const;
    for (const [variable, text, key, expected] of cases) {
      assert.equal(readConfig({ [variable]: text })[key], expected, `${variable}=${text}`);
    }
  });

  test('accept the ephemeral ranges of own hosts', () => {
    assert.deepEqual(readConfig({}).ephemeralRanges, []);
    const { ephemeralRanges } = readConfig({ EPHEMERAL_RANGES: ' build hosts = 15000-64000 ,db=9000' });
    assert.deepEqual(
      ephemeralRanges.map(({ system, title, firstPort, lastPort }) => [system, title, firstPort, lastPort]),
      [
        ['own', 'build hosts', 15000, 64000],
        ['own', 'db', 9000, 9000],
      ],
    );
  });

  test('accept proxies and a base path', () => {
    const nothing = readConfig({});
    assert.deepEqual([nothing.trustProxy, nothing.basePath], [[], '']);
    const { trustProxy } = readConfig({ TRUST_PROXY: ' 127.0.0.1,10.1.0.0/16  fd00::/8, ::1' });
    assert.deepEqual(trustProxy, ['127.0.0.1', '10.1.0.0/16', 'fd00::/8', '::1']);
    const paths = ['/', '/ports-api', '/ports-api/', '/a/b.c/~d_'].map(
      (text) => readConfig({ BASE_PATH: text }).basePath,
    );
    assert.deepEqual(paths, ['', '/ports-api', '/ports-api', '/a/b.c/~d_']);
  });

  test('that are invalid are refused with their name, their value and the expected value', () => {
    const cases = [
      ['BODY_LIMIT', '1 GB', 'Cannot parse size "1 GB": expected 1 KiB to 64 MiB, in B, kB, KiB, MB, MiB'],
      ['BODY_LIMIT', '-1', 'Cannot parse size "-1": expected 1 KiB to 64 MiB, in B, kB, KiB, MB, MiB'],
      ['BODY_LIMIT', '0.5 MB', 'Cannot parse size "0.5 MB": expected 1 KiB to 64 MiB, in B, kB, KiB, MB, MiB'],
      ['HEADER_LIMIT', '1 KiB', 'Cannot parse size "1 KiB": expected 4 KiB to 1 MiB, in B, kB, KiB, MB, MiB'],
      ['URL_LIMIT', 'long', 'Cannot parse size "long": expected 1 KiB to 1 MiB, in B, kB, KiB, MB, MiB'],
      ['REQUEST_TIMEOUT', '30', 'Cannot parse time "30": expected 100 ms to 1 h, in ms, s, min, h'],
      ['HEADERS_TIMEOUT', '2 h', 'Cannot parse time "2 h": expected 100 ms to 1 h, in ms, s, min, h'],
      ['RATE_WINDOW', '0 s', 'Cannot parse time "0 s": expected 1 s to 24 h, in ms, s, min, h'],
      ['OBSERVATION_RETENTION', '0 d', 'Cannot parse days "0 d": expected 1 d to 3650 d, in d, days'],
      ['OBSERVATION_RETENTION', '2 h', 'Cannot parse days "2 h": expected 1 d to 3650 d, in d, days'],
      ['BATCH_LIMIT', '0', 'Cannot parse number of results "0": expected an integer from 1 to 1000000'],
      ['RATE_LIMIT', 'no', 'Cannot parse number of requests "no": expected an integer from 0 to 1000000000'],
      [
        'EPHEMERAL_RANGES',
        'db=1-2,15000-64000',
        'Cannot parse ephemeral range "15000-64000": expected a title of up to 100 characters and its ports, such as build hosts=15000-64000',
      ],
      ['EPHEMERAL_RANGES', 'db=2-1', 'Cannot parse port range "2-1": expected the lower port first, 1-2'],
      ['EPHEMERAL_RANGES', 'db=1-2/tcp', 'Cannot parse port range "1-2/tcp": expected ports alone, such as 1-2'],
      ...[
        '10.0.0.0/33',
        '0.0.0.0/0',
        '::/0',
        'fd00::/129',
        '10.0.0.0/',
        '10.0.0.0/8/8',
        'proxy',
        '10.0.0.0/08',
        ',',
      ].map(
        (text) =>
          [
            'TRUST_PROXY',
            text,
            `Cannot parse address "${text === ',' ? '' : text}": expected one such as 127.0.0.1, or a network such as 10.1.0.0/16`,
          ] as const,
      ),
      ...['ports-api', '/a//b', '/a b', '/a?b', '/../a', '/a/.', '/é', '//'].map(
        (text) =>
          [
            'BASE_PATH',
            text,
            `Cannot parse path "${text}": expected one such as /ports-api, of letters, digits and . _ ~ -`,
          ] as const,
      ),
      ['MAX_CONNECTIONS', '1e3', 'Cannot parse number of connections "1e3": expected an integer from 1 to 1000000'],
      ['URL_LIMIT', '64 KiB', 'Cannot use "64 KiB": expected no more than HEADER_LIMIT, which is "32 KiB"'],
      ['HEADERS_TIMEOUT', '31 s', 'Cannot use "31 s": expected no more than REQUEST_TIMEOUT, which is "30 s"'],
    ] as const;
    for (const [variable, text, message] of cases) {
      const expected = { code: 'invalid_argument', message: `Setting ${variable}: ${message}`, parameter: variable };
      assert.throws(() => readConfig({ [variable]: text }), expected, `${variable}=${text}`);
    }
  });

  test('are compared with given settings, not with defaults', () => {
    const config = readConfig({ URL_LIMIT: '64 KiB', HEADER_LIMIT: '65 KiB' });
    assert.deepEqual([config.urlLimit, config.headerLimit], [65_536, 66_560]);
  });

  test('for metrics require METRICS=on, and a separate address', () => {
    const refused = (settings: Record<string, string>, message: string) =>
      assert.throws(() => readConfig(settings), { code: 'invalid_argument', message, parameter: 'METRICS_PORT' });
    const off = 'Setting METRICS_PORT: Cannot be used while METRICS is "off": set METRICS to on';
    refused({ METRICS: 'off', METRICS_PORT: '9100' }, off);
    const remedy = 'expected another port than PORT, or METRICS_HOST with another address than HOST';
    const same = `Setting METRICS_PORT: Cannot use "7605": ${remedy}`;
    refused({ METRICS_PORT: '7605' }, same);
    refused({ METRICS_PORT: '7605', METRICS_HOST: '127.0.0.1' }, same);
    assert.equal(readConfig({ METRICS_PORT: '7605', METRICS_HOST: '::1' }).metricsPort, 7605);
    assert.equal(readConfig({ METRICS_PORT: '0', PORT: '0' }).metricsPort, 0);
  });

  test('for single sign-on require proxies that are not every client, and fields of their own', () => {
    const none = readConfig({});
    assert.deepEqual([none.authHeader, none.authGroupsHeader, [...none.authScopes]], ['', '', []]);
    const sound = {
      TRUST_PROXY: '10.1.0.0/16, ::1',
      AUTH_HEADER: 'X-Forwarded-User',
      AUTH_GROUPS_HEADER: 'Remote-Groups',
      AUTH_SCOPES: 'netops:write, role:db : Admin,Staff members:read',
    };
    const { authHeader, authGroupsHeader, authScopes } = readConfig(sound);
    assert.deepEqual([authHeader, authGroupsHeader], ['x-forwarded-user', 'remote-groups']);
    const scopes = { netops: 'write', 'role:db': 'admin', 'Staff members': 'read' };
    assert.deepEqual(Object.fromEntries(authScopes), scopes);
    const refused = (parameter: string, settings: Record<string, string>, message: string) =>
      assert.throws(() => readConfig({ ...sound, ...settings }), {
        code: 'invalid_argument',
        message: `Setting ${parameter}: ${message}`,
        parameter,
      });
    refused('AUTH_HEADER', { TRUST_PROXY: '' }, 'Cannot be used alone: set TRUST_PROXY too');
    refused('AUTH_GROUPS_HEADER', { AUTH_HEADER: '' }, 'Cannot be used alone: set AUTH_HEADER too');
    refused('AUTH_SCOPES', { AUTH_GROUPS_HEADER: '' }, 'Cannot be used alone: set AUTH_GROUPS_HEADER too');
    for (const TRUST_PROXY of ['0.0.0.0/0', '10.0.0.0/8, ::/0']) {
      const text = TRUST_PROXY.split(' ').at(-1);
      const expected = 'expected one such as 127.0.0.1, or a network such as 10.1.0.0/16';
      refused('TRUST_PROXY', { TRUST_PROXY }, `Cannot parse address "${text}": ${expected}`);
    }
    const remedy = 'every client could name any user; expected the addresses of the proxies';
    for (const [TRUST_PROXY, all] of [
      ['0.0.0.0/1, 128.0.0.0/1', 'every IPv4 address'],
      ['128.0.0.0/2, 10.0.0.0/8, 192.0.0.0/2,0.0.0.0/1', 'every IPv4 address'],
      ['::ffff:0:0/96', 'every IPv4 address'],
      ['::ffff:0.0.0.0/96', 'every IPv4 address'],
      ['::/1', 'every IPv4 address'],
      ['2000::/3', 'every public IPv6 address'],
      ['2000::/4, 3000::/4', 'every public IPv6 address'],
    ] as const) {
      const message = `Cannot be used while TRUST_PROXY contains ${all}: ${remedy}`;
      refused('AUTH_HEADER', { TRUST_PROXY }, message);
      assert.equal(readConfig({ TRUST_PROXY }).authHeader, '');
    }
    for (const TRUST_PROXY of [
      '0.0.0.0/1, 128.0.0.0/2',
      '192.0.0.0/2,0.0.0.0/1',
      '2000::/4',
      'fc00::/7',
      'fe80::1%eth0',
    ]) {
      assert.equal(readConfig({ ...sound, TRUST_PROXY }).authHeader, 'x-forwarded-user', TRUST_PROXY);
    }
    const field = 'expected a field that only the proxy sets, such as X-Forwarded-User';
    for (const text of ['Authorization', 'cookie', 'X-Forwarded-For', 'a b', 'a:', 'é']) {
      refused('AUTH_HEADER', { AUTH_HEADER: text }, `Cannot parse header field "${text}": ${field}`);
    }
    const twice = 'Cannot use "x-forwarded-USER": expected another field than AUTH_HEADER';
    refused('AUTH_GROUPS_HEADER', { AUTH_GROUPS_HEADER: 'x-forwarded-USER' }, twice);
    const group = 'expected a group and read, write or admin, such as netops:write';
    for (const pair of ['netops', ':write', 'netops:', 'netops:observe', 'a|b:write', '']) {
      const AUTH_SCOPES = `x:read,${pair}`;
      refused('AUTH_SCOPES', { AUTH_SCOPES }, `Cannot parse scope of a group "${pair}": ${group}`);
    }
    const again = 'Cannot parse scope of a group "x:write": expected each group once';
    refused('AUTH_SCOPES', { AUTH_SCOPES: 'x:read, x:write' }, again);
  });
});
