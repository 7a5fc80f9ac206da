/** A longer line is passed on as it is, in pieces, in characters. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Changes a stream of bytes line by line. Bytes that are no UTF-8 stay as they are, and so do the ends of lines; whole lines
 * are passed on as soon as they are there.
 *
 * @param bytes - The stream.
 * @param change - Is given each line without its end, a character for each byte.
 */
export async function* linesOf(
  bytes: AsyncIterable<Uint8Array | string>,
  change: (line: string) => string,
): AsyncGenerator<Buffer> {
  let rest = '';
  let isTooLong = false;
  const apply = (line: string): string => {
    const end = line.endsWith('\r') ? '\r' : '';
    return change(end === '' ? line : line.slice(0, -1)) + end;
  };
  for await (const chunk of bytes) {
    const lines = (rest + Buffer.from(chunk as Uint8Array).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    const changed = lines.map((line, index) => (index === 0 && isTooLong ? line : apply(line)));
    if (lines.length > 0) isTooLong = false;
    let out = lines.length === 0 ? '' : `${changed.join('\n')}\n`;
    if (rest.length > LONGEST_LINE) {
      out += rest;
      [rest, isTooLong] = ['', true];
    }
    if (out !== '') yield Buffer.from(out, 'latin1');
  }
  if (rest !== '') yield Buffer.from(isTooLong ? rest : apply(rest), 'latin1');
}
