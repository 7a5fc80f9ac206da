import { createHash } from 'node:crypto';

/**
 * Computes the SHA-256 of a file.
 *
 * @param bytes - Its content.
 * @returns 64 hexadecimal digits.
 */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
