import type { Config } from '../../config/settings.ts';
import type { ListenOptions } from '../../http/server/server.ts';
import type { TlsFiles } from '../../http/server/tls.ts';
import type { Limits } from '../../http/work/limits.ts';

/** The interval of checks for a new certificate, in milliseconds. */
const CERTIFICATE_CHECK_MS = 60_000;

/**
 * Returns the limits of requests from the settings.
 *
 * @param config - The settings.
 */
export function limitsOf(config: Config): Limits {
  return {
    bodyBytes: config.bodyLimit,
    batchResults: config.batchLimit,
    urlBytes: config.urlLimit,
    cpuMs: config.cpuLimit,
    windowRequests: config.rateLimit,
    windowMs: config.rateWindow,
  };
}

/**
 * Returns the address of the server and the limits of connections from the settings.
 *
 * @param config - The settings.
 */
export function listenOptionsOf(config: Config): ListenOptions {
  return {
    port: config.port,
    host: config.host,
    settings: { port: 'PORT', host: 'HOST' },
    headerBytes: config.headerLimit,
    urlBytes: config.urlLimit,
    requestMs: config.requestTimeout,
    headersMs: config.headersTimeout,
    keepAliveMs: config.keepAliveTimeout,
    connections: config.maxConnections,
    logClientAddresses: config.logClientAddresses,
    tls: tlsOf(config),
  };
}

/**
 * Returns the address of the separate metrics server from the settings, with the same limits of connections.
 *
 * @param config - The settings.
 * @param port - The port.
 */
export function metricsListenOptionsOf(config: Config, port: number): ListenOptions {
  return {
    ...listenOptionsOf(config),
    port,
    host: config.metricsHost === '' ? config.host : config.metricsHost,
    settings: { port: 'METRICS_PORT', host: 'METRICS_HOST' },
    tls: null,
  };
}

function tlsOf({ tlsCertFile: certificate, tlsKeyFile: key, tlsKeyPassphrase: passphrase }: Config): TlsFiles | null {
  return certificate === '' ? null : { certificate, key, passphrase, checkMs: CERTIFICATE_CHECK_MS };
}

/**
 * Returns whether cached responses may be sent before the app runs. Only the app counts requests for `RATE_LIMIT`, logs
 * requests at level debug, and checks tokens.
 *
 * @param config - The settings.
 */
export function cachesResponses(config: Config): boolean {
  const appSeesAll = config.rateLimit > 0 || config.logLevel === 'debug' || config.logLevel === 'trace';
  return config.answerCache && !appSeesAll && !config.requireToken;
}
