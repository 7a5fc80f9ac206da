import type { Command } from 'commander';

/** What a shell calls at each press of its key, with the words so far: hidden, for nobody types it. */
const CALLED = 'complete';

/**
 * Adds the command that prints what a shell needs to complete commands, flags and their values.
 *
 * @param program - The program, with all its other commands.
 * @param args - The arguments of this process: the library behind it is loaded only when it is asked for.
 */
export async function addCompletionCommand(program: Command, args: readonly string[]): Promise<void> {
  const examples = '\nExamples:\n  portolan completion bash\n  portolan completion zsh';
  if (args[0] !== 'completion' && args[0] !== CALLED) {
    const description = 'print what a shell needs to complete commands and flags: bash, zsh, fish or powershell';
    program.command('completion <shell>').description(description).addHelpText('after', examples);
    return;
  }
  const { default: complete } = await import('@bomb.sh/tab/commander');
  complete(program, { completionCommandName: 'completion' });
  program.commands.find((command) => command.name() === 'completion')?.addHelpText('after', examples);
}
