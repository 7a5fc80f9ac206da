import type { SocketEnd } from '../../registry/rows/socket.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import { type LineParser, protocolOfColumn, wordsOf } from './line-parser.ts';
import { parseEnd } from './socket-end.ts';

/** The states of `ss`, and the protocol that a state shows where `ss -t` or `ss -u` prints none. */
const SS_STATES: ReadonlyMap<string, TransportProtocol | null> = new Map<string, TransportProtocol | null>([
  ['LISTEN', 'tcp'],
  ['UNCONN', 'udp'],
  // A connected UDP socket has this state too.
  ['ESTAB', null],
  ...[
    'SYN-SENT',
    'SYN-RECV',
    'FIN-WAIT-1',
    'FIN-WAIT-2',
    'TIME-WAIT',
    'CLOSE-WAIT',
    'LAST-ACK',
    'CLOSING',
    'NEW-SYN-RECV',
  ].map((state) => [state, 'tcp'] as const),
]);

/** Queues: two numbers, or the three of `netstat -L` of BSD. */
const NUMBERS = /^\d+(?:\/\d+\/\d+)?$/;
/** The address of a control block, in front of the lines of `netstat -A` of BSD. */
const CONTROL_BLOCK = /^(?:0x)?[\da-f]{6,16}$/i;
/** The most words between the protocol and the local end: a state, three numbers. */
const MOST_WORDS_BETWEEN = 4;

/**
 * Returns a parser of `ss` and of `netstat` of Linux, BSD, macOS, AIX and Windows. `ss` omits the columns of the protocol and of
 * the state if all lines have the same: such lines have the protocol of the lines before, or none.
 */
export function ssAndNetstatParser(): LineParser {
  let lastProtocol: TransportProtocol | null = null;
  return (line) => {
    if (line.startsWith('State ') || line.startsWith('Recv-Q ')) lastProtocol = null;
    const words = wordsOf(line);
    let index = CONTROL_BLOCK.test(words[0] ?? '') && protocolOfColumn(words[1]) !== undefined ? 1 : 0;
    const written = protocolOfColumn(words[index]);
    if (written !== undefined) index++;
    const state = SS_STATES.get(words[index] ?? '');
    if (state !== undefined) index++;
    else if (written === undefined && !beginsWithQueues(words) && !isPairOfEnds(words)) return null;
    const first = findEnd(words, index, written === undefined);
    const local = first === null ? null : parseEnd(words[first] ?? '');
    if (first === null || local === null) return null;
    const word = words[first + 1];
    const remote =
      word === undefined || NUMBERS.test(word) ? null : (parseEnd(word) ?? unknownEnd(word, words[first + 2]));
    if (written === undefined && remote === null) return null;
    if (written === undefined && state) lastProtocol = state;
    const isListening = remote === null || remote.port === null || remote.port === 0;
    return [
      {
        kind: 'socket',
        protocol: written ?? state ?? lastProtocol,
        local,
        remote: isListening ? null : remote,
        process: processOf(line, words, first + 2),
        isListening,
      },
    ];
  };
}

/** Returns whether a line begins with the two queues, as without the columns of protocol and state. */
function beginsWithQueues([received = '', sent = '']: readonly string[]): boolean {
  return NUMBERS.test(received) && NUMBERS.test(sent);
}

/** Returns whether a line consists of two ends with addresses, as after `cut` or `awk`. */
function isPairOfEnds(words: readonly string[]): boolean {
  return (
    words.length === 2 && words.every((word) => /^[\d*[:]/.test(word) && word.includes(':') && parseEnd(word) !== null)
  );
}

/** Finds the first end; null if there is none. A line without a protocol has only numbers before it. */
function findEnd(words: readonly string[], from: number, onlyNumbers: boolean): number | null {
  for (let index = from; index <= from + MOST_WORDS_BETWEEN; index++) {
    const word = words[index];
    if (word === undefined) return null;
    if (NUMBERS.test(word)) continue;
    if (parseEnd(word) !== null) return index;
    // An end that cannot be parsed: the next one is not the local end.
    if (onlyNumbers || /[:.]/.test(word)) return null;
  }
  return null;
}

/** Returns the end of a word that is a state of `netstat`, or an end that cannot be parsed. */
function unknownEnd(word: string, next: string | undefined): SocketEnd | null {
  return next === undefined && /^\w+$/.test(word) ? null : { address: null, port: word };
}

/** Returns the first process of `users:(("sshd",pid=1,fd=3))` of `ss`, or of `1/sshd` of `netstat -p`. */
function processOf(line: string, words: readonly string[], from: number): string | null {
  const users = line.indexOf('users:(("');
  if (users >= 0) {
    const start = users + 'users:(("'.length;
    // A name may contain quotes: only the quote before a comma ends it.
    const end = line.indexOf('",', start);
    return end < 0 ? null : line.slice(start, end);
  }
  for (let index = from; index <= from + 3; index++) {
    const word = words[index];
    const slash = word === undefined ? -1 : word.indexOf('/');
    if (word !== undefined && slash > 0 && /^\d+\/./.test(word)) return word.slice(slash + 1).replace(/:$/, '');
  }
  return null;
}
