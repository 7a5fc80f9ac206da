import { type LineParser, protocolOfColumn, wordsOf } from './line-parser.ts';
import { parseEnd } from './socket-end.ts';

/**
 * Parses a line with a protocol directly before an end, such as those of `sockstat` of FreeBSD and Linux: user, process, id,
 * descriptor, protocol, and the two ends.
 */
export const parseSockstat: LineParser = (line) => {
  const words = wordsOf(line);
  const column = words.findIndex((word, index) => protocolOfColumn(word) && parseEnd(words[index + 1] ?? '') !== null);
  if (column < 0) return null;
  const local = parseEnd(words[column + 1] ?? '');
  if (local === null) return null;
  const remote = parseEnd(words[column + 2] ?? '');
  const isListening = remote === null || remote.port === null;
  return [
    {
      kind: 'socket',
      protocol: protocolOfColumn(words[column]) ?? null,
      local,
      remote: isListening ? null : remote,
      process: processOf(words.slice(1, column)),
      isListening,
    },
  ];
};

/** Returns the process of the words between user and protocol: its name, which may contain blanks, its id, and a descriptor. */
function processOf(words: readonly string[]): string | null {
  const end = words.findLastIndex((word) => !/^[\d?]+$/.test(word));
  return end >= 0 && end < words.length - 1 ? words.slice(0, end + 1).join(' ') : null;
}
