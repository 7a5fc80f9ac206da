import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from '../../log.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';

/** The files for TLS without a proxy. */
export interface TlsFiles {
  /** The path of the certificate in PEM, followed by its intermediate certificates. */
  readonly certificate: string;
  /** The path of its private key in PEM. */
  readonly key: string;
  /** The passphrase of the key; empty for a key that is not encrypted. */
  readonly passphrase: string;
  /** The interval in which the files are checked for changes, in milliseconds. */
  readonly checkMs: number;
}

/** The delay of a reload after a change, in milliseconds: certificate and key are written one after the other. */
const SETTLE_MS = 500;

/**
 * Reads certificate and key, and checks that they belong together.
 *
 * @param files - The paths of the files.
 * @param log - The log, for a warning if the certificate has expired.
 * @throws {RegistryError} `invalid_argument`, naming the setting and the file, if they cannot be used.
 */
export function readCertificate(files: TlsFiles, log: Logger): SecureContextOptions {
  const cert = readFile('TLS_CERT_FILE', files.certificate);
  const key = readFile('TLS_KEY_FILE', files.key);
  const certificate = orFail(
    () => new X509Certificate(cert),
    () => `Setting TLS_CERT_FILE: Cannot use ${quoteInput(files.certificate)}: expected a certificate in PEM`,
  );
  const privateKey = orFail(
    () => createPrivateKey({ key, passphrase: files.passphrase }),
    () => explainKey(files, key),
  );
  if (!certificate.checkPrivateKey(privateKey)) {
    const what = `expected the key of the first certificate in ${quoteInput(files.certificate)}`;
    throw new RegistryError('invalid_argument', `Setting TLS_KEY_FILE: Cannot use ${quoteInput(files.key)}: ${what}`);
  }
  if (Date.parse(certificate.validTo) < Date.now()) {
    log.warn({ file: files.certificate, validTo: certificate.validTo }, 'the certificate has expired');
  }
  return { cert, key, passphrase: files.passphrase };
}

/**
 * Loads the certificate again when the files change, without closing connections. If the new files cannot be used, the
 * server keeps the old certificate.
 *
 * @param server - The server.
 * @param files - The paths of the files.
 * @param log - The log.
 * @returns A function that stops the watch.
 */
export function renewCertificate(server: Server, files: TlsFiles, log: Logger): () => void {
  let reloadTimer: NodeJS.Timeout | undefined;
  const reload = (): void => {
    reloadTimer = undefined;
    try {
      server.setSecureContext(readCertificate(files, log));
      log.info({ file: files.certificate }, 'loaded the new certificate');
    } catch (error) {
      const reason = error instanceof RegistryError ? error.message : String(error);
      log.error({ err: error }, `kept the old certificate: ${reason}`);
    }
  };
  const scheduleReload = (): void => {
    reloadTimer ??= setTimeout(reload, SETTLE_MS).unref();
  };
  const paths = [files.certificate, files.key];
  // Polls the paths: renewals replace the files, or the links to them.
  for (const path of paths) watchFile(path, { interval: files.checkMs, persistent: false }, scheduleReload);
  return () => {
    clearTimeout(reloadTimer);
    for (const path of paths) unwatchFile(path, scheduleReload);
  };
}

function readFile(setting: string, path: string): Buffer {
  return orFail(
    () => readFileSync(path),
    (error) => `Setting ${setting}: Cannot read ${quoteInput(path)}: ${(error as NodeJS.ErrnoException).code}`,
  );
}

function explainKey({ key: path, passphrase }: TlsFiles, key: Buffer): string {
  const what = `Setting TLS_KEY_FILE: Cannot use ${quoteInput(path)}`;
  if (!key.includes('ENCRYPTED')) return `${what}: expected a private key in PEM`;
  return passphrase === ''
    ? `${what}: it is encrypted; set TLS_KEY_PASSPHRASE_FILE to a file with its passphrase`
    : `${what}: TLS_KEY_PASSPHRASE does not open it`;
}

function orFail<Value>(make: () => Value, explain: (error: unknown) => string): Value {
  try {
    return make();
  } catch (error) {
    throw new RegistryError('invalid_argument', explain(error), { cause: error });
  }
}
