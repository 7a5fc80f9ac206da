import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { constants, createBrotliCompress, createDeflate, createGzip } from 'node:zlib';

/** The size of each body after decompression, in bytes. */
const SIZE = 256 * 1024 ** 2;
const PART = Buffer.alloc(4 * 1024 * 1024, '0');

/**
 * Creates bodies that decompress to 256 MiB of the digit 0: 260 kB in gzip and deflate, 50 kB in Brotli.
 *
 * @returns The bodies by the name of their content coding.
 */
export async function compressedZeros(): Promise<Readonly<Record<'gzip' | 'deflate' | 'br', Buffer>>> {
  const pack = (packer: NodeJS.ReadWriteStream) => buffer(Readable.from(parts(), { objectMode: false }).pipe(packer));
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 24 } };
  const [gzip, deflate, br] = await Promise.all([
    pack(createGzip({ level: 6 })),
    pack(createDeflate({ level: 6 })),
    pack(createBrotliCompress(quality)),
  ]);
  return { gzip, deflate, br };
}

function* parts(): Generator<Buffer> {
  for (let size = 0; size < SIZE; size += PART.length) yield PART;
}
