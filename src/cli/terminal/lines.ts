/** The longest line that is changed, in characters. A longer line is copied unchanged, in chunks. */
const MAX_LINE_LENGTH = 1024 * 1024;

/**
 * Transforms a byte stream line by line. Keeps line ends and bytes that are not UTF-8, and yields each complete line
 * without waiting for the next chunk.
 *
 * @param bytes - The stream.
 * @param change - Transforms a line: without its line end, one character (latin1) for each byte.
 */
export async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
  change: (line: string) => string,
): AsyncGenerator<Buffer> {
  let rest = '';
  let isTooLong = false;
  const apply = (line: string): string => {
    const end = line.endsWith('\r') ? '\r' : '';
    return change(end === '' ? line : line.slice(0, -1)) + end;
  };
  for await (const chunk of bytes) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    const changed = lines.map((line, index) => (index === 0 && isTooLong ? line : apply(line)));
    if (lines.length > 0) isTooLong = false;
    let out = lines.length === 0 ? '' : `${changed.join('\n')}\n`;
    if (rest.length > MAX_LINE_LENGTH) {
      out += rest;
      [rest, isTooLong] = ['', true];
    }
    if (out !== '') yield Buffer.from(out, 'latin1');
  }
  if (rest !== '') yield Buffer.from(isTooLong ? rest : apply(rest), 'latin1');
}
