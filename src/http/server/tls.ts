import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Server } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from '../../log.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';

/** Where the certificate lies by which the server speaks TLS itself. */
export interface TlsFiles {
  /** The certificate in PEM, and behind it those that vouch for it. */
  readonly certificate: string;
  /** Its private key in PEM. */
  readonly key: string;
  /** What the key is encrypted with; empty for a key that is not. */
  readonly passphrase: string;
  /** How often to look whether the files have changed, in milliseconds. */
  readonly checkMs: number;
}

/** Certificate and key are written one after the other: how long to wait for the second, in milliseconds. */
const SETTLE_MS = 500;

/**
 * Reads certificate and key, and checks that they belong together.
 *
 * @param files - Where they lie.
 * @param log - Is told of a certificate that has expired, which clients will refuse.
 * @throws {RegistryError} `invalid_argument`, naming the setting and the file, when they cannot be used.
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
 * Takes a new certificate when the files change, without an end to any connection: who renews it need tell nobody. Files
 * that cannot be used leave the old one in force.
 *
 * @param server - The server.
 * @param files - Where they lie.
 * @param log - The log.
 * @returns Ends the watch.
 */
export function renewCertificate(server: Server, files: TlsFiles, log: Logger): () => void {
  let settled: NodeJS.Timeout | undefined;
  const take = (): void => {
    settled = undefined;
    try {
      server.setSecureContext(readCertificate(files, log));
      log.info({ file: files.certificate }, 'took a new certificate');
    } catch (error) {
      const reason = error instanceof RegistryError ? error.message : String(error);
      log.error({ err: error }, `went on with the old certificate: ${reason}`);
    }
  };
  const takeSoon = (): void => {
    settled ??= setTimeout(take, SETTLE_MS).unref();
  };
  const paths = [files.certificate, files.key];
  // Polled by path: renewals put other files in the place of these, or other links.
  for (const path of paths) watchFile(path, { interval: files.checkMs, persistent: false }, takeSoon);
  return () => {
    clearTimeout(settled);
    for (const path of paths) unwatchFile(path, takeSoon);
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
