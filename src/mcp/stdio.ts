import type { Readable, Writable } from 'node:stream';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { createMcpServer, type McpServerParts } from './mcp-server.ts';

/** The largest message, in bytes: as large as a body of `POST /mcp`. */
const LARGEST_MESSAGE = 100 * 1024;

/**
 * Serves MCP on two streams, one message in each line, until the input ends.
 *
 * @param parts - The parts of the server.
 * @param input - The messages of the client.
 * @param output - The messages to the client.
 * @param onError - Called with the errors of the connection, such as a message that is too large.
 */
export function serveStreams(
  parts: McpServerParts,
  input: Readable,
  output: Writable,
  onError: (error: Error) => void,
): void {
  serveStdio(() => createMcpServer(parts), {
    transport: new StdioServerTransport(input, output, { maxBufferSize: LARGEST_MESSAGE }),
    maxSubscriptions: 0,
    onerror: onError,
  });
}
