import type { Config } from '../../config/settings.ts';
import type { ListenOptions } from '../../http/server/server.ts';
import type { TlsFiles } from '../../http/server/tls.ts';
import type { Limits } from '../../http/work/limits.ts';

/** How often the server looks for a new certificate, in milliseconds. */
const CERTIFICATE_CHECK_MS = 60_000;

/**
 * Picks what a client may ask of the app out of the settings.
 *
 * @param config - The settings.
 */
export function limitsOf(config: Config): Limits {
  return {
    bodyBytes: config.bodyLimit,
    batchResults: config.batchLimit,
    urlBytes: config.urlLimit,
    waitMs: config.maxWait,
    cpuMs: config.cpuLimit,
    windowRequests: config.rateLimit,
    windowMs: config.rateWindow,
  };
}

/**
 * Picks where the server listens, and what it takes of a client before it is a request, out of the settings.
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
 * Picks where the figures answer alone out of the settings: with the same patience for clients as the rest.
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
 * Tells whether cached answers may be sent before the app runs. Only the app counts requests for `RATE_LIMIT`, logs
 * each of them at level debug, and checks tokens.
 *
 * @param config - The settings.
 */
export function usesCache(config: Config): boolean {
  const isSeen = config.rateLimit > 0 || config.logLevel === 'debug' || config.logLevel === 'trace';
  return config.answerCache && !isSeen && !config.requireToken;
}
