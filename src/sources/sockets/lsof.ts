import { type LineParser, protocolOfColumn } from './line-parser.ts';
import { parseEnd } from './socket-end.ts';

const LINE = /^(\S+)[ \t].*[ \t]IPv[46][ \t]+\S+[ \t]+\S+[ \t]+(TCP|UDP)[ \t]+(\S+)(?:[ \t]+\(([A-Z_0-9]+)\))?/;

/** Parses a line of `lsof -i`. */
export const parseLsof: LineParser = (line) => {
  if (!line.includes(' IPv')) return null;
  const [, process, protocol, name = '', state] = LINE.exec(line) ?? [];
  const [left = '', right] = name.split('->');
  const local = parseEnd(left);
  if (process === undefined || local === null) return null;
  const remote = right === undefined ? null : (parseEnd(right) ?? { address: null, port: right });
  return [
    {
      kind: 'socket',
      protocol: protocolOfColumn(protocol) ?? null,
      local,
      remote,
      process: decodeName(process),
      isListening: remote === null && (protocol === 'UDP' || state === 'LISTEN' || state === undefined),
    },
  ];
};

/** Decodes the name of a process: `lsof` prints a blank as `\x20`, and cuts names, so that the last escape may be incomplete. */
function decodeName(name: string): string {
  if (!name.includes('\\x')) return name;
  return name
    .replace(/\\(?:x[\da-f]?)?$/i, '')
    .replaceAll(/(?:\\x[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString('utf8'));
}
