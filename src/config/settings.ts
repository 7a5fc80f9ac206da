import { fileURLToPath } from 'node:url';
import {
  ADDRESSES,
  BASE_PATH,
  count,
  days,
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
import { GROUP_SCOPES, HEADER_FIELD } from './sign-in.ts';

/** One setting. */
export interface Setting<Value> {
  /** Name in the environment and the settings file; the flag is the name in lower case with hyphens. */
  readonly name: string;
  /** Default value, as a user would write it. */
  readonly fallback: string;
  readonly kind: Kind<Value>;
  /** Help text: a phrase without a full stop, may contain Markdown code. */
  readonly meaning: string;
  /** True for a secret: it has no flag, and NAME_FILE can name a file that contains it. */
  readonly isSecret: boolean;
}

/** All settings in the order of the documentation; each entry is a field of `Config`. */
export const SETTINGS = {
  port: setting('PORT', '7605', PORT, 'TCP port that the server listens on; 0 selects any free port'),
  host: setting(
    'HOST',
    '127.0.0.1',
    text('address'),
    'IP address that the server listens on; `0.0.0.0` or `::` for all addresses',
  ),
  basePath: setting(
    'BASE_PATH',
    '',
    BASE_PATH,
    'path under which a reverse proxy serves Portolan; all links start with it',
  ),
  trustProxy: setting(
    'TRUST_PROXY',
    '',
    ADDRESSES,
    'reverse proxies whose `X-Forwarded-For` is trusted; it gives the client address for limits and the log',
  ),
  authHeader: setting(
    'AUTH_HEADER',
    '',
    HEADER_FIELD,
    'header field in which a proxy of `TRUST_PROXY` names the signed-in user; requires `TRUST_PROXY`',
  ),
  authGroupsHeader: setting(
    'AUTH_GROUPS_HEADER',
    '',
    HEADER_FIELD,
    'header field in which that proxy names the groups of the user; requires `AUTH_HEADER`',
  ),
  authScopes: setting(
    'AUTH_SCOPES',
    '',
    GROUP_SCOPES,
    'scopes of the members of groups; all other signed-in users have `read`; requires `AUTH_GROUPS_HEADER`',
  ),
  tlsCertFile: setting(
    'TLS_CERT_FILE',
    '',
    text('path'),
    'PEM file with the TLS certificate and its chain; enables TLS; requires `TLS_KEY_FILE`',
  ),
  tlsKeyFile: setting(
    'TLS_KEY_FILE',
    '',
    text('path'),
    'PEM file with the private key of the certificate; requires `TLS_CERT_FILE`',
  ),
  tlsKeyPassphrase: setting(
    'TLS_KEY_PASSPHRASE',
    '',
    text('text'),
    'passphrase of the private key; requires `TLS_KEY_FILE`',
    true,
  ),
  workers: setting(
    'WORKERS',
    '1',
    WORKERS,
    'number of server processes, `auto` for one per core; they share `MAX_CONNECTIONS` and `RATE_LIMIT`',
  ),
  database: setting(
    'DATABASE',
    fileURLToPath(new URL('../../var/portolan.db', import.meta.url)),
    text('path'),
    'SQLite file; a missing folder is created',
  ),
  shared: setting(
    'SHARED',
    '',
    text('address'),
    'PostgreSQL database of a shared register, such as `postgres://portolan:…@db.example.org/portolan`; empty for a standalone server',
    true,
  ),
  updateUrl: setting(
    'UPDATE_URL',
    'https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.csv',
    text('address'),
    "source of IANA's file for `portolan update`: a URL, a file, or a folder (its newest file is used)",
  ),
  updateSchedule: setting(
    'UPDATE_SCHEDULE',
    'off',
    SCHEDULE,
    'when a running server downloads the file from `UPDATE_URL`, in UTC, with a random delay of some minutes',
  ),
  updateStaleDays: setting(
    'UPDATE_STALE_DAYS',
    '14',
    count('days', 1, 3650),
    'days without a successful update after which the registry is stale, if updates are made',
  ),
  ephemeralRanges: setting(
    'EPHEMERAL_RANGES',
    '',
    OWN_EPHEMERAL_RANGES,
    "ephemeral ranges of the team's own hosts, for reports and advice",
  ),
  quarantineDays: setting(
    'QUARANTINE_DAYS',
    '0',
    count('days', 0, 3650),
    'days after its release in which suggestions and reservations do not give a port again; 0 for none',
  ),
  observedHosts: setting(
    'OBSERVED_HOSTS',
    '5000',
    count('hosts', 1, 100_000),
    'maximum number of hosts whose sockets are stored',
  ),
  observedRows: setting(
    'OBSERVED_ROWS',
    '10000',
    count('sockets', 1, 65_536),
    'maximum number of listening sockets of a host from one source',
  ),
  observationRetention: setting(
    'OBSERVATION_RETENTION',
    '90 d',
    days(1, 3650),
    'days after which sockets that are gone, and hosts that no longer report, are deleted',
  ),
  corsOrigins: setting(
    'CORS_ORIGINS',
    '',
    ORIGINS,
    'other web origins whose pages may read, and write with a token; `*` allows every website: only for public data',
  ),
  logLevel: setting('LOG_LEVEL', 'info', LOG_LEVEL, 'lowest level that is logged; `debug` includes every request'),
  logFormat: setting(
    'LOG_FORMAT',
    'auto',
    LOG_FORMAT,
    '`json` is one line of JSON per event; `pretty` is readable text; `auto` is `pretty` on a terminal, else `json`',
  ),
  logClientAddresses: setting(
    'LOG_CLIENT_ADDRESSES',
    'off',
    SWITCH,
    '`on` adds client addresses to log lines about requests; they are personal data in many countries',
  ),
  metrics: setting(
    'METRICS',
    'on',
    SWITCH,
    '`on` serves Prometheus metrics at `/metrics`, on the same port as the API unless `METRICS_PORT` is set',
  ),
  metricsPort: setting(
    'METRICS_PORT',
    '',
    OPTIONAL_PORT,
    'separate TCP port for `/metrics`, without TLS and without a token; 0 selects any free port',
  ),
  metricsHost: setting(
    'METRICS_HOST',
    '',
    text('address'),
    'IP address for `METRICS_PORT`, by default that of `HOST`; requires `METRICS_PORT`',
  ),
  introspection: setting(
    'INTROSPECTION',
    'on',
    SWITCH,
    '`off` disables GraphQL introspection, and with it the documentation in the explorer',
  ),
  requireToken: setting(
    'REQUIRE_TOKEN',
    'write',
    TOKEN_NEED,
    '`read` also requires a token for reading; `/healthz` and `/readyz` never require one',
  ),
  answerCache: setting(
    'ANSWER_CACHE',
    'on',
    SWITCH,
    '`on` caches up to 8 MiB of responses in each process until the data changes, unless `RATE_LIMIT`, `REQUIRE_TOKEN=read` or `LOG_LEVEL=debug` is set; `off` computes every response',
  ),
  bodyLimit: setting(
    'BODY_LIMIT',
    '4 MiB',
    size('1 KiB', '64 MiB'),
    'maximum size of a request body; GraphQL requests are limited to 100 KiB',
  ),
  heldLimit: setting(
    'HELD_LIMIT',
    '48 MiB',
    size('8 MiB', '16384 MiB'),
    'maximum memory for all clients together: request bodies, and responses that clients have not read yet',
  ),
  batchLimit: setting('BATCH_LIMIT', '65536', count('results', 1, 1_000_000), 'maximum number of results of a batch'),
  headerLimit: setting(
    'HEADER_LIMIT',
    '32 KiB',
    size('4 KiB', '1 MiB'),
    'maximum size of the request line and header fields',
  ),
  // 1,000 ports with their protocols in one query are 13 kB.
  urlLimit: setting(
    'URL_LIMIT',
    '16 KiB',
    size('1 KiB', '1 MiB'),
    'maximum length of path and query; at most `HEADER_LIMIT`',
  ),
  rateLimit: setting(
    'RATE_LIMIT',
    '0',
    count('requests', 0, 1_000_000_000),
    'requests per client and `RATE_WINDOW`; large requests count as several; 0 for no limit',
  ),
  rateWindow: setting('RATE_WINDOW', '1 min', time('1 s', '24 h'), 'window of `RATE_LIMIT`'),
  maxWait: setting(
    'MAX_WAIT',
    '1 s',
    time('10 ms', '1 h'),
    'maximum time in the queue under overload; the request is then refused',
  ),
  cpuLimit: setting(
    'CPU_LIMIT',
    '10 s',
    time('100 ms', '1 h'),
    'maximum CPU time of a request; it is then refused, or its response is cut off',
  ),
  requestTimeout: setting('REQUEST_TIMEOUT', '30 s', time('100 ms', '1 h'), 'maximum time to receive a whole request'),
  headersTimeout: setting(
    'HEADERS_TIMEOUT',
    '10 s',
    time('100 ms', '1 h'),
    'maximum time to receive the request header; at most `REQUEST_TIMEOUT`',
  ),
  keepAliveTimeout: setting(
    'KEEP_ALIVE_TIMEOUT',
    '75 s',
    time('1 s', '1 h'),
    'maximum idle time of a connection; set it longer than the idle timeout of a reverse proxy',
  ),
  maxConnections: setting(
    'MAX_CONNECTIONS',
    '2000',
    count('connections', 1, 1_000_000),
    'maximum number of open connections; further ones are closed',
  ),
} as const;

/** The parsed settings: times in milliseconds, sizes in bytes. */
export type Config = {
  readonly [Key in keyof typeof SETTINGS]: (typeof SETTINGS)[Key] extends Setting<infer Value> ? Value : never;
};

/** Name of a field of `Config`. */
export type SettingKey = keyof Config;

/** The fields of `Config`, in their order. */
export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];

/** Pairs of settings: the first must not exceed the second. */
export const NOT_ABOVE = [
  ['urlLimit', 'headerLimit'],
  ['headersTimeout', 'requestTimeout'],
] as const satisfies readonly (readonly [SettingKey, SettingKey])[];

/** Pairs of settings: the first requires the second. */
export const NEEDS = [
  ['tlsCertFile', 'tlsKeyFile'],
  ['tlsKeyFile', 'tlsCertFile'],
  ['tlsKeyPassphrase', 'tlsKeyFile'],
  ['metricsPort', 'metrics'],
  ['metricsHost', 'metricsPort'],
  ['authHeader', 'trustProxy'],
  ['authGroupsHeader', 'authHeader'],
  ['authScopes', 'authGroupsHeader'],
] as const satisfies readonly (readonly [SettingKey, SettingKey])[];

/** Names that accept a value: all settings, and for secrets also NAME_FILE. */
export const SETTABLE_NAMES: readonly string[] = Object.values<Setting<unknown>>(SETTINGS).flatMap(
  ({ name, isSecret }) => (isSecret ? [name, fileNameOf(name)] : [name]),
);

/**
 * Returns the setting that names the file of a secret.
 *
 * @param name - Name of the secret.
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
