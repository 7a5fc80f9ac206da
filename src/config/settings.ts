import { fileURLToPath } from 'node:url';
import {
  ADDRESSES,
  BASE_PATH,
  count,
  type Kind,
  LOG_FORMAT,
  LOG_LEVEL,
  OPTIONAL_PORT,
  ORIGINS,
  OWN_EPHEMERAL_RANGES,
  PORT,
  SCHEDULE,
  SWITCH,
  size,
  TOKEN_NEED,
  text,
  time,
  WORKERS,
} from './kinds.ts';

/** One setting. */
export interface Setting<Value> {
  /** Its name, as the environment and the file have it; its flag is the same in small letters, with hyphens. */
  readonly name: string;
  /** What holds where nothing is set, as it would be written. */
  readonly fallback: string;
  readonly kind: Kind<Value>;
  /** What it does, in a sentence without its full stop. */
  readonly meaning: string;
  /** True where the value must not be seen: it can be read from a file that NAME_FILE names, and has no flag. */
  readonly isSecret: boolean;
}

/** Everything that can be set, in the order in which people are told of it: one entry a field of `Config`. */
export const SETTINGS = {
  port: setting('PORT', '7605', PORT, 'TCP port on which the server answers; 0 takes any free one'),
  host: setting('HOST', '127.0.0.1', text('address'), 'address on which the server answers; `0.0.0.0` or `::` for all'),
  basePath: setting(
    'BASE_PATH',
    '',
    BASE_PATH,
    'path of another server below which a reverse proxy shows this one; every link has it',
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    '',
    ADDRESSES,
    'reverse proxies of which `X-Forwarded-For` is believed: it tells who the client is, for limits and the log',
  ),
  tlsCertFile: setting(
    'TLS_CERT_FILE',
    '',
    text('path'),
    'certificate in PEM, with those that vouch for it, by which the server speaks TLS itself; needs `TLS_KEY_FILE`',
  ),
  tlsKeyFile: setting('TLS_KEY_FILE', '', text('path'), 'its private key in PEM; needs `TLS_CERT_FILE`'),
  tlsKeyPassphrase: setting(
    'TLS_KEY_PASSPHRASE',
    '',
    text('text'),
    'what the private key is encrypted with; needs `TLS_KEY_FILE`',
    true,
  ),
  workers: setting(
    'WORKERS',
    '1',
    WORKERS,
    'processes that answer, `auto` for one a core; they share `MAX_CONNECTIONS` and `RATE_LIMIT`',
  ),
  database: setting(
    'DATABASE',
    fileURLToPath(new URL('../../var/portolan.db', import.meta.url)),
    text('path'),
    'the SQLite file; its folder is made where missing',
  ),
  updateUrl: setting(
    'UPDATE_URL',
    'https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.csv',
    text('address'),
    "where `portolan update` finds IANA's file: an address, a path, or a folder, of which it takes the newest file",
  ),
  updateSchedule: setting(
    'UPDATE_SCHEDULE',
    'off',
    SCHEDULE,
    'when a running server fetches the file from `UPDATE_URL` by itself, in UTC and some minutes later at random',
  ),
  updateStaleDays: setting(
    'UPDATE_STALE_DAYS',
    '14',
    count('days', 1, 3650),
    'after how many days without an update that ended well the registry counts as stale, once updates are made',
  ),
  ephemeralRanges: setting(
    'EPHEMERAL_RANGES',
    '',
    OWN_EPHEMERAL_RANGES,
    "ephemeral ranges of the team's own hosts, which reports and advice then know",
  ),
  corsOrigins: setting(
    'CORS_ORIGINS',
    '',
    ORIGINS,
    'other web origins whose pages may read, and write with a token; `*`, every web site, is for data that is public',
  ),
  logLevel: setting('LOG_LEVEL', 'info', LOG_LEVEL, 'events below it are not logged; at `debug` every request is one'),
  logFormat: setting(
    'LOG_FORMAT',
    'auto',
    LOG_FORMAT,
    '`json` is one line of JSON an event; `pretty` is for people; `auto` is `pretty` on a terminal and else `json`',
  ),
  logClientAddresses: setting(
    'LOG_CLIENT_ADDRESSES',
    'off',
    SWITCH,
    '`on` has the lines about a request tell the address of its client, which is personal data in many countries',
  ),
  metrics: setting(
    'METRICS',
    'on',
    SWITCH,
    '`on` gives figures for Prometheus at `/metrics`, beside the other resources unless `METRICS_PORT` is set',
  ),
  metricsPort: setting(
    'METRICS_PORT',
    '',
    OPTIONAL_PORT,
    'TCP port on which `/metrics` answers alone, without TLS and without a token; 0 takes any free one',
  ),
  metricsHost: setting(
    'METRICS_HOST',
    '',
    text('address'),
    "address on which that port answers; `HOST`'s where it is not set; needs `METRICS_PORT`",
  ),
  introspection: setting(
    'INTROSPECTION',
    'on',
    SWITCH,
    "`off` refuses GraphQL clients that ask for the schema, the explorer's documentation among them",
  ),
  requireToken: setting(
    'REQUIRE_TOKEN',
    'write',
    TOKEN_NEED,
    '`read` asks for a token to read too; `/healthz` and `/readyz` never take one',
  ),
  answerCache: setting(
    'ANSWER_CACHE',
    'on',
    SWITCH,
    '`on` caches up to 32 MiB of responses in each process until the data changes; `off` computes every response',
  ),
  bodyLimit: setting(
    'BODY_LIMIT',
    '4 MiB',
    size('1 KiB', '64 MiB'),
    'largest body of a request; a GraphQL request takes 100 KiB at most',
  ),
  heldLimit: setting(
    'HELD_LIMIT',
    '48 MiB',
    size('8 MiB', '16384 MiB'),
    'memory that is held for all clients together: bodies of requests, and answers until they are read',
  ),
  batchLimit: setting('BATCH_LIMIT', '65536', count('results', 1, 1_000_000), 'results that a batch may give'),
  headerLimit: setting(
    'HEADER_LIMIT',
    '32 KiB',
    size('4 KiB', '1 MiB'),
    'largest block of request line and header fields',
  ),
  // 1,000 ports with their protocols in one query are 13 kB.
  urlLimit: setting(
    'URL_LIMIT',
    '16 KiB',
    size('1 KiB', '1 MiB'),
    'longest path and query; no more than `HEADER_LIMIT`',
  ),
  rateLimit: setting(
    'RATE_LIMIT',
    '0',
    count('requests', 0, 1_000_000_000),
    'requests that a client may make in a window, a large one counted as several; 0 for any number',
  ),
  rateWindow: setting('RATE_WINDOW', '1 min', time('1 s', '24 h'), 'how long the window is'),
  maxWait: setting(
    'MAX_WAIT',
    '1 s',
    time('10 ms', '1 h'),
    'how long a request may queue where more come than can be answered, before it is refused',
  ),
  cpuLimit: setting(
    'CPU_LIMIT',
    '10 s',
    time('100 ms', '1 h'),
    'processor time that one request may use, before it is refused or its answer is cut off',
  ),
  requestTimeout: setting(
    'REQUEST_TIMEOUT',
    '30 s',
    time('100 ms', '1 h'),
    'how long a whole request may take to arrive',
  ),
  headersTimeout: setting(
    'HEADERS_TIMEOUT',
    '10 s',
    time('100 ms', '1 h'),
    'how long its header may take; no more than `REQUEST_TIMEOUT`',
  ),
  keepAliveTimeout: setting(
    'KEEP_ALIVE_TIMEOUT',
    '75 s',
    time('1 s', '1 h'),
    'how long a connection may wait for its next request; longer than the proxy in front keeps it',
  ),
  maxConnections: setting(
    'MAX_CONNECTIONS',
    '2000',
    count('connections', 1, 1_000_000),
    'connections that may be open at once; more are closed',
  ),
} as const;

/** The settings in force, read: times in milliseconds, sizes in bytes. */
export type Config = {
  readonly [Key in keyof typeof SETTINGS]: (typeof SETTINGS)[Key] extends Setting<infer Value> ? Value : never;
};

/** A field of `Config`. */
export type SettingKey = keyof Config;

/** The fields of `Config`, in their order. */
export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

/** Settings that must not be above another one. */
export const NOT_ABOVE = [
  ['urlLimit', 'headerLimit'],
  ['headersTimeout', 'requestTimeout'],
] as const satisfies readonly (readonly [SettingKey, SettingKey])[];

/** Settings that do nothing without another one. */
export const NEEDS = [
  ['tlsCertFile', 'tlsKeyFile'],
  ['tlsKeyFile', 'tlsCertFile'],
  ['tlsKeyPassphrase', 'tlsKeyFile'],
  ['metricsPort', 'metrics'],
  ['metricsHost', 'metricsPort'],
] as const satisfies readonly (readonly [SettingKey, SettingKey])[];

/** The names that can be given a value: the settings', and for secrets those of the files that hold them. */
export const SETTABLE_NAMES: readonly string[] = Object.values<Setting<unknown>>(SETTINGS).flatMap(
  ({ name, isSecret }) => (isSecret ? [name, fileNameOf(name)] : [name]),
);

/**
 * Gives the name under which the file of a secret is set.
 *
 * @param name - The secret's own name.
 */
export function fileNameOf(name: string): string {
  return `${name}_FILE`;
}

function setting<Value>(
  name: string,
  fallback: string,
  kind: Kind<Value>,
  meaning: string,
  isSecret = false,
): Setting<Value> {
  return { name, fallback, kind, meaning, isSecret };
}
