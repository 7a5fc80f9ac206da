import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type Server,
  type ServerOptions,
} from '@modelcontextprotocol/server';
import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';
import { checkArguments } from './arguments.ts';
import { PORT_TEMPLATE, parsePortUri } from './port-resource.ts';
import { type OnInternalError, PortolanServer } from './portolan-server.ts';
import type { ToolRunner } from './tool.ts';
import { listTools, TOOLS } from './tools.ts';

/** The parts of a server for one request or connection. */
export interface McpServerParts {
  readonly runner: ToolRunner;
  /** The version of the program. */
  readonly version: string;
  /** True if responses must not be stored by shared caches. */
  readonly isPrivate: boolean;
  readonly onInternalError: OnInternalError;
}

/** The instructions for clients. */
const INSTRUCTIONS =
  'Portolan knows what port numbers are assigned to by IANA, which software uses them, and which services of this team hold them. ' +
  'A port about which nothing is known is an answer, not an error.';

/** The time for which clients may store the lists of tools and resources, in milliseconds: they change with the program. */
const LIST_TTL_MS = 3_600_000;

/** Compiles no schema: only answers to forms are validated, and Portolan asks for none. */
const NO_VALIDATION: NonNullable<ServerOptions['jsonSchemaValidator']> = {
  getValidator: () => (input) => ({ valid: true, data: input as never, errorMessage: undefined }),
};

/**
 * Creates the MCP server of one request or connection: its tools and its resource template.
 *
 * @param parts - The parts.
 */
export function createMcpServer({ runner, version, isPrivate, onInternalError }: McpServerParts): Server {
  const lists = { ttlMs: LIST_TTL_MS, cacheScope: isPrivate ? 'private' : 'public' } as const;
  const server = new PortolanServer(
    { name: 'portolan', title: 'Portolan', version },
    {
      capabilities: { tools: {}, resources: {} },
      instructions: INSTRUCTIONS,
      jsonSchemaValidator: NO_VALIDATION,
      cacheHints: {
        'tools/list': lists,
        'resources/list': lists,
        'resources/templates/list': lists,
        'server/discover': lists,
      },
    },
    onInternalError,
  );
  server.setRequestHandler('tools/list', () => ({ tools: listTools() }));
  server.setRequestHandler('tools/call', ({ params }) => callTool(runner, params, onInternalError));
  server.setRequestHandler('resources/list', () => ({ resources: [] }));
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [PORT_TEMPLATE] }));
  server.setRequestHandler('resources/read', async ({ params: { uri } }) => {
    const port = parsePortUri(uri);
    if (port === null)
      throw new ResourceNotFoundError(uri, `Cannot find ${quoteInput(uri)}: expected ${PORT_TEMPLATE.uriTemplate}`);
    try {
      return { contents: [{ uri, mimeType: PORT_TEMPLATE.mimeType, text: await runner.readPort(port) }] };
    } catch (error) {
      throw new ProtocolError(ProtocolErrorCode.InternalError, sentenceOf(error, onInternalError));
    }
  });
  return server;
}

async function callTool(
  runner: ToolRunner,
  {
    name,
    arguments: given = {},
  }: { readonly name: string; readonly arguments?: Readonly<Record<string, unknown>> | undefined },
  onInternalError: OnInternalError,
) {
  const tool = TOOLS.get(name);
  if (tool === undefined) {
    const expected = [...TOOLS.keys()].join(', ');
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool ${quoteInput(name)}: expected ${expected}`);
  }
  try {
    const { text, json } = await runner.call(tool, checkArguments(given, Object.keys(tool.arguments)));
    return { content: [{ type: 'text' as const, text }], structuredContent: json };
  } catch (error) {
    return { content: [{ type: 'text' as const, text: sentenceOf(error, onInternalError) }], isError: true };
  }
}

/** Returns the sentences of an error for the client. Masks an unexpected error, and reports it. */
function sentenceOf(error: unknown, onInternalError: OnInternalError): string {
  if (!(error instanceof RegistryError) || error.code === 'internal') {
    onInternalError(error);
    return 'Something went wrong inside the server';
  }
  const { message, errors = [], suggestions = [] } = error;
  // The message has the number of further faults only.
  const faults = errors.length > 1 ? errors.map(({ parameter, detail }) => `${parameter}: ${detail}`) : [];
  const hint = suggestions.length === 0 ? [] : [`Did you mean ${suggestions.join(', ')}?`];
  return [message, ...faults, ...hint].join('\n');
}
