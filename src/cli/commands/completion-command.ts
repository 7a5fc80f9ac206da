import type { Command } from 'commander';

/** The hidden command that a shell calls, with the words typed so far, when the user presses Tab. */
const CALLBACK_COMMAND = 'complete';

/**
 * Adds the command `completion`, which prints a shell script that completes commands, flags and their values.
 *
 * @param program - The program, with all of its other commands.
 * @param args - The arguments of this process. The completion library is loaded only if they request a completion.
 */
export async function addCompletionCommand(program: Command, args: readonly string[]): Promise<void> {
  const examples = '\nExamples:\n  portolan completion bash\n  portolan completion zsh';
  if (args[0] !== 'completion' && args[0] !== CALLBACK_COMMAND) {
    const description = 'print the completion script of a shell: bash, zsh, fish or powershell';
    program.command('completion <shell>').description(description).addHelpText('after', examples);
    return;
  }
  const { default: complete } = await import('@bomb.sh/tab/commander');
  complete(program, { completionCommandName: 'completion' });
  program.commands.find((command) => command.name() === 'completion')?.addHelpText('after', examples);
}
