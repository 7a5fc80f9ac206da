import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Socket } from '../../src/registry/rows/socket.ts';
import { socketParser } from '../../src/sources/sockets/socket-parser.ts';

/** Lines of each tool, and the sockets of each; null for a line without sockets, empty for a row without a port. */
export type SocketSamples = Readonly<Record<string, readonly (readonly [line: string, sockets: string | null])[]>>;

/** Returns a socket as text: kind, protocol, local end, remote end, process; `listens` if it does. */
function describeSocket({ kind, protocol, local, remote, process, isListening }: Socket): string {
  const end = ({ address, port }: Socket['local']): string => `${address} ${port ?? 'any'}`;
  const ends = remote === null ? end(local) : `${end(local)} > ${end(remote)}`;
  return `${kind} ${protocol}, ${ends}, ${process}${isListening ? ', listens' : ''}`;
}

/**
 * Tests that the sockets of lines are parsed, whole, each tool with a parser of its own.
 *
 * @param samples - The lines.
 */
export function testSockets(samples: SocketSamples): void {
  for (const [tool, lines] of Object.entries(samples)) {
    test(`sockets are parsed from ${tool}`, () => {
      const parser = socketParser();
      const found = lines.map(([line]) => {
        const sockets = parser.parse(line)?.sockets.map(describeSocket).join('; ') ?? null;
        if (sockets === null) parser.header(line);
        return [line, sockets];
      });
      assert.deepEqual(
        found,
        lines.map(([line, sockets]) => [line, sockets]),
      );
    });
  }
}
