import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import type { SourceFile } from './csv-table.ts';
import type { Downloaded } from './download.ts';

/** The largest file, decompressed, in bytes: about thirty times the size of IANA's. */
export const LARGEST_SOURCE = 32 * 1024 * 1024;

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/**
 * Reads a whole file of rows into memory: from a file, a web address or standard input. Decompresses gzip.
 *
 * @param place - A path, an `http:` or `https:` address, or `-`.
 * @param standardInput - The stream to read for `-`.
 * @throws {RegistryError} `not_found` when the file or address does not exist, `invalid_argument` when it is larger
 *   than 32 MiB or invalid gzip, `unavailable` when it cannot be read.
 */
export async function openSource(place: string, standardInput: AsyncIterable<Uint8Array>): Promise<SourceFile> {
  if (place === '-') return unpack('standard input', await readAll('standard input', standardInput));
  if (/^https?:\/\//i.test(place)) {
    // Imported on demand: loading undici takes longer than reading a file.
    const { download } = await import('./download.ts');
    return (await download(place, readDownload)) as SourceFile;
  }
  return unpack(basename(place), await readLocal(place));
}

async function readLocal(path: string): Promise<Buffer> {
  const name = basename(path);
  try {
    return await readAll(name, createReadStream(path));
  } catch (error) {
    if (error instanceof RegistryError) throw error;
    const reason = (error as NodeJS.ErrnoException).code;
    if (reason === 'ENOENT') throw new RegistryError('not_found', `Cannot read ${quoteInput(path)}: no such file`);
    if (reason === 'EISDIR')
      throw new RegistryError('invalid_argument', `Cannot read ${quoteInput(path)}: expected a file, got a folder`);
    throw new RegistryError('unavailable', `Cannot read ${quoteInput(path)}: ${reason}`, { cause: error });
  }
}

/**
 * Reads the body of a download.
 *
 * @param file - The file.
 * @throws {RegistryError} `invalid_argument` when it is larger than 32 MiB, or an incomplete gzip file.
 */
export async function readDownload({ name, body }: Downloaded): Promise<SourceFile> {
  return unpack(name, await readAll(name, body));
}

async function readAll(name: string, stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > LARGEST_SOURCE) tooLarge(name);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Unpacks gzip, which is detected by its first two bytes, not by the name of the file. */
async function unpack(name: string, bytes: Buffer): Promise<SourceFile> {
  if (!bytes.subarray(0, 2).equals(GZIP_MAGIC)) return { name, bytes };
  try {
    return { name, bytes: await promisify(gunzip)(bytes, { maxOutputLength: LARGEST_SOURCE }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') tooLarge(name);
    throw new RegistryError('invalid_argument', `Cannot decompress ${name}: expected a complete gzip file`, {
      cause: error,
    });
  }
}

function tooLarge(name: string): never {
  const mebibytes = LARGEST_SOURCE / 1024 / 1024;
  throw new RegistryError('invalid_argument', `Cannot read ${name}: expected at most ${mebibytes} MiB`);
}
