import type { Command } from 'commander';
import { targetOf } from '../own/own-target.ts';
import { serverFlag, sourceOf, withUsageErrors } from '../query-commands.ts';

/** The flags of `portolan mcp`. */
interface McpFlags {
  readonly server?: string;
  readonly write?: boolean;
}

/**
 * Adds the command `mcp`, which serves an assistant on standard input and output.
 *
 * @param program - The program.
 */
export function addMcpCommand(program: Command): void {
  program
    .command('mcp')
    .description('serve an assistant by MCP on standard input and output')
    .option('--write', 'let it reserve and release ports in the local database')
    .addOption(serverFlag())
    .addHelpText(
      'after',
      '\nExamples:\n  portolan mcp\n  portolan mcp --write\n  portolan mcp --server https://ports.example.org',
    )
    .action(({ server, write: mayWrite = false }: McpFlags, command: Command) =>
      withUsageErrors(command, async () => {
        const source = await (mayWrite ? targetOf(server, command) : sourceOf(command, server));
        const { serveMcp } = await import('../../actions/mcp/serve-mcp.ts');
        await serveMcp(source, mayWrite);
      }),
    );
}
