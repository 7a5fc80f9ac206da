import { TextDecoder } from 'node:util';
import { type Encoding, findEncoding, LONGEST_MARK } from '../../sources/text-encoding.ts';

/**
 * Converts a byte stream to UTF-8, and removes its byte order mark. `findEncoding` finds its encoding. Bytes of UTF-8 are passed on
 * unchanged, invalid ones too.
 *
 * @param bytes - The stream.
 * @param encoding - The encoding that the user named; null for none. `utf-8` passes bytes on unchanged.
 */
export async function* decodeInput(
  bytes: AsyncIterable<Uint8Array | string>,
  encoding: Encoding | null,
): AsyncGenerator<Buffer> {
  let start: Buffer | null = Buffer.alloc(0);
  let decoder: TextDecoder | null = null;
  const begin = (): Buffer => {
    const found = findEncoding(start ?? Buffer.alloc(0), encoding);
    if (found.encoding !== 'utf-8') decoder = new TextDecoder(found.encoding);
    start = null;
    return found.bytes;
  };
  const decode = (chunk: Buffer): Buffer =>
    decoder === null ? chunk : Buffer.from(decoder.decode(chunk, { stream: true }), 'utf8');
  for await (const piece of bytes) {
    const chunk = Buffer.from(piece as Uint8Array);
    if (start !== null) start = Buffer.concat([start, chunk]);
    if (start !== null && start.length < LONGEST_MARK) continue;
    yield decode(start === null ? chunk : begin());
  }
  if (start !== null) yield decode(begin());
  const last = (decoder as TextDecoder | null)?.decode() ?? '';
  if (last !== '') yield Buffer.from(last, 'utf8');
}
