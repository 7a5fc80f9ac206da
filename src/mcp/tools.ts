import type { Tool as ListedTool } from '@modelcontextprotocol/server';
import { Contract } from './input-schema.ts';
import { READ_TOOLS } from './read-tools.ts';
import type { Tool } from './tool.ts';
import { WRITE_TOOLS } from './write-tools.ts';

/** The tools by name, in the order of `tools/list`. */
export const TOOLS: ReadonlyMap<string, Tool> = new Map(
  [...READ_TOOLS, ...WRITE_TOOLS].map((tool) => [tool.name, tool]),
);

let listed: ListedTool[] | undefined;

/** Returns the entries of `tools/list`. They are derived from the contract once: this takes about 30 ms. */
export function listTools(): ListedTool[] {
  if (listed !== undefined) return listed;
  const contract = new Contract();
  listed = [...TOOLS.values()].map((tool) => {
    const { name, title, description, hints } = tool;
    return {
      name,
      title,
      description,
      inputSchema: contract.inputSchema(tool) as ListedTool['inputSchema'],
      annotations: { ...hints },
    };
  });
  return listed;
}
