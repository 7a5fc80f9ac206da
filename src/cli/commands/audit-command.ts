import { type Command, InvalidArgumentError } from 'commander';

/**
 * Adds the command that verifies the audit log.
 *
 * @param program - The program.
 * @param databaseOf - Returns the path of the SQLite file.
 */
export function addAuditCommand(program: Command, databaseOf: (command: Command) => Promise<string>): void {
  program
    .command('audit')
    .description('verify the audit log')
    .command('verify')
    .description('verify the hash chain of the audit log, and print its head')
    .option('--head <hash>', 'a head noted earlier, which the chain must contain', parseHash)
    .addHelpText('after', '\nExample:\n  portolan audit verify')
    .action(async ({ head }: { readonly head?: string }, command: Command) => {
      const { verify } = await import('../actions/audit.ts');
      verify(await databaseOf(command), head ?? null);
    });
}

function parseHash(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('Expected 64 hexadecimal digits, as /audit and audit verify show them.');
}
