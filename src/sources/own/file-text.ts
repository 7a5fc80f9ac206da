import { isUtf8 } from 'node:buffer';
import { firstBrokenLine } from '../csv-table.ts';
import { type Encoding, findEncoding } from '../text-encoding.ts';
import type { FileFaults } from './file-faults.ts';

/** The characters of the bytes 0x80-0x9F in windows-1252; the other bytes are those of ISO 8859-1. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009dž\u009fŸ';

/**
 * Decodes a file, whose encoding `findEncoding` finds.
 *
 * @param bytes - The content.
 * @param encoding - The encoding that the user named; null for none.
 * @param faults - Receives the fault of an invalid byte or a NUL, with its line.
 * @throws {RegistryError} `invalid_argument`
 */
export function decodeFile(bytes: Buffer, encoding: Encoding | null, faults: FileFaults): string {
  const found = findEncoding(bytes, encoding);
  const text = DECODERS[found.encoding](found.bytes, faults);
  const nul = text.indexOf('\0');
  if (nul >= 0) faults.stop(text.slice(0, nul).split('\n').length, 'expected text, got a NUL byte');
  return text;
}

const DECODERS: { readonly [Name in Encoding]: (bytes: Buffer, faults: FileFaults) => string } = {
  'utf-8': decodeUtf8,
  'utf-16le': decodeUtf16,
  'utf-16be': (bytes, faults) => decodeUtf16(swapBytes(bytes), faults),
  'windows-1252': (bytes) =>
    bytes.toString('latin1').replace(/[\x80-\x9f]/g, (byte) => WINDOWS_1252[byte.charCodeAt(0) - 0x80] ?? byte),
};

function decodeUtf8(bytes: Buffer, faults: FileFaults): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const line = firstBrokenLine(bytes);
  return faults.stop(line, 'expected UTF-8, got invalid bytes; if the file is in windows-1252, name this encoding');
}

function decodeUtf16(bytes: Buffer, faults: FileFaults): string {
  const text = bytes.toString('utf16le');
  if (bytes.length % 2 === 0 && text.isWellFormed()) return text;
  const lines = text.split('\n');
  const broken = lines.findIndex((line) => !line.isWellFormed());
  return faults.stop(broken < 0 ? lines.length : broken + 1, 'expected UTF-16, got invalid bytes');
}

function swapBytes(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
}
