import { TextDecoder } from 'node:util';
import type { Encoding } from '../../sources/own/own-formats.ts';

/** The byte order marks (Unicode 16.0, section 23.8). */
const MARKS: readonly (readonly [Encoding, Buffer])[] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];
/** The length of the longest byte order mark. */
const LONGEST_MARK = 3;

/**
 * Converts a byte stream to UTF-8. A byte order mark decides, and is removed; else the named encoding; else UTF-16 without a
 * mark is detected, as PowerShell and Windows tools write it. All other bytes are passed on unchanged.
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
    const first = start ?? Buffer.alloc(0);
    const [marked, mark] = MARKS.find(([, prefix]) => first.subarray(0, prefix.length).equals(prefix)) ?? [null, ''];
    const found = marked ?? encoding ?? detectUtf16(first) ?? 'utf-8';
    if (found !== 'utf-8') decoder = new TextDecoder(found);
    start = null;
    return first.subarray(mark.length);
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

/** The first character is below U+0100: one of its two bytes is NUL. */
function detectUtf16([first, second]: Buffer): Encoding | null {
  if (first === undefined || second === undefined || (first === 0) === (second === 0)) return null;
  return first === 0 ? 'utf-16be' : 'utf-16le';
}
