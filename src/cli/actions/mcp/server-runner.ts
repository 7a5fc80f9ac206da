import type { ToolRunner } from '../../../mcp/tool.ts';
import { RegistryError } from '../../../registry/values/registry-error.ts';
import { postFile, type RemoteServer } from '../fetch-from-server.ts';

/** What is read of a response of `POST /mcp`: untrusted, of any type. */
interface McpResponse {
  readonly result?: Partial<Record<'content' | 'contents' | 'structuredContent' | 'isError', unknown>>;
  readonly error?: { readonly message?: unknown };
}

/** Answers the calls of assistants from a server, by its `POST /mcp`. */
export class ServerRunner implements ToolRunner {
  readonly #server: RemoteServer;

  /** @param server - The server. */
  constructor(server: RemoteServer) {
    this.#server = server;
  }

  readonly call: ToolRunner['call'] = async ({ name }, given) => {
    const { content, structuredContent, isError } = await this.#request('tools/call', { name, arguments: given });
    const text = this.#textIn(content);
    // The server writes the sentence; the code has no effect.
    if (isError === true) throw new RegistryError('unavailable', text);
    return { text, json: (structuredContent ?? {}) as Readonly<Record<string, unknown>> };
  };

  readonly readPort: ToolRunner['readPort'] = async (port) =>
    this.#textIn((await this.#request('resources/read', { uri: `portolan://ports/${port}` })).contents);

  async #request(method: string, params: object): Promise<NonNullable<McpResponse['result']>> {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
    const { result, error } = (await postFile(this.#server, '/mcp', 'application/json', body)) as McpResponse;
    if (typeof result === 'object' && result !== null) return result;
    throw this.#fault(typeof error?.message === 'string' ? `with the error ${error.message}` : 'without a result');
  }

  #textIn(blocks: unknown): string {
    const [block] = Array.isArray(blocks) ? blocks : [];
    if (typeof block?.text === 'string') return block.text;
    throw this.#fault('without a text');
  }

  #fault(reason: string): RegistryError {
    return new RegistryError('unavailable', `${this.#server.server} answers ${reason}`);
  }
}
