import type { Express } from 'express';
import { request } from './contract.ts';

/** The result of a call of a tool. */
export interface ToolResult {
  /** The text of its only block. */
  readonly text: string;
  readonly isError: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the assertions name the fields.
  readonly json: any;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Sends one message of MCP as a client of 2025-06-18 does.
 *
 * @param app - The app.
 * @param method - The method.
 * @param params - Its parameters.
 * @param headers - Further header fields.
 * @param send - Makes the request; by default one whose response must follow the contract.
 */
export function sendMcp(
  app: Express,
  method: string,
  params: object = {},
  headers: Record<string, string> = {},
  send = request,
) {
  return send(app)
    .post('/mcp')
    .set({ 'Content-Type': 'application/json', 'MCP-Protocol-Version': '2025-06-18', ...headers })
    .send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
}

/**
 * Calls a tool.
 *
 * @param app - The app.
 * @param name - The name of the tool.
 * @param given - Its arguments.
 * @param authorization - The value of `Authorization`; empty for none.
 */
export async function callTool(app: Express, name: string, given: object, authorization = ''): Promise<ToolResult> {
  const headers: Record<string, string> = authorization === '' ? {} : { Authorization: authorization };
  const answer = await sendMcp(app, 'tools/call', { name, arguments: given }, headers).expect(200);
  const { content, structuredContent, isError = false } = JSON.parse(answer.text).result;
  return { text: content[0].text, json: structuredContent, isError, headers: answer.headers };
}
