/** The encodings of text files. A byte order mark takes precedence over the named encoding. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The byte order marks (Unicode 16.0, section 23.8). */
const MARKS: readonly (readonly [Encoding, Buffer])[] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];

/** The length of the longest byte order mark. */
export const LONGEST_MARK = 3;

/** The encoding of a text, and its bytes without the byte order mark. */
export interface EncodedText {
  readonly encoding: Encoding;
  readonly bytes: Buffer;
}

/**
 * Finds the encoding of a text. A byte order mark decides; else the named encoding; else UTF-16 without a mark is detected, as
 * PowerShell and Windows tools write it; else it is UTF-8.
 *
 * @param bytes - The text, or at least its first `LONGEST_MARK` bytes.
 * @param named - The encoding that the user named; null for none.
 */
export function findEncoding(bytes: Buffer, named: Encoding | null): EncodedText {
  const [marked, mark] = MARKS.find(([, prefix]) => bytes.subarray(0, prefix.length).equals(prefix)) ?? [null, ''];
  return { encoding: marked ?? named ?? detectUtf16(bytes) ?? 'utf-8', bytes: bytes.subarray(mark.length) };
}

/**
 * Decodes a text, whose encoding `findEncoding` finds. Invalid bytes become U+FFFD.
 *
 * @param bytes - The text.
 * @param named - The encoding that the user named; null for none.
 */
export function decodeText(bytes: Buffer, named: Encoding | null): string {
  const found = findEncoding(bytes, named);
  return new TextDecoder(found.encoding).decode(found.bytes);
}

/** Detects UTF-16 without a byte order mark: the first character is below U+0100, so that one of its two bytes is NUL. */
function detectUtf16([first, second]: Buffer): Encoding | null {
  if (first === undefined || second === undefined || (first === 0) === (second === 0)) return null;
  return first === 0 ? 'utf-16be' : 'utf-16le';
}
