import type { RootCommand } from '@bomb.sh/tab';
import type { Command } from 'commander';
import { BASH_COMPLETION } from './bash-completion.ts';

/** The hidden command that a shell calls, with the words typed so far, when the user presses Tab. */
const CALLBACK_COMMAND = 'complete';

/** What the shell does beside the completions of the library: it completes file names, or does not. */
const [FILE_NAMES, NO_FILE_NAMES] = [0, 4] as const;

/** The placeholders of flags and arguments that take the name of a file. */
const FILE_PLACEHOLDER = /^(?:file|path|port\|file)$/;

/**
 * Adds the command `completion`, which prints a shell script that completes commands, flags, their values and file names.
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
  const completions = complete(program, { completionCommandName: 'completion' });
  completeFileNames(program, completions);
  const command = program.commands.find((one) => one.name() === 'completion');
  command?.addHelpText('after', examples);
  if (args[1] === 'bash') command?.action(() => console.log(BASH_COMPLETION));
}

/** Lets the shell complete file names where a flag or an argument takes one. The library always prevents it. */
function completeFileNames(program: Command, completions: RootCommand): void {
  let directive: number = NO_FILE_NAMES;
  // The library calls the handler of the flag or argument to complete, and then sets and prints the property.
  Object.defineProperty(completions, 'directive', { get: () => directive, set: () => {} });
  const handler = () => {
    directive = FILE_NAMES;
  };
  const add = (command: Command, path: readonly string[]): void => {
    const target = path.length === 0 ? completions : completions.commands.get(path.join(' '));
    for (const { long, flags } of command.createHelp().visibleOptions(command)) {
      const option = target?.options.get(long?.slice(2) ?? '');
      if (option !== undefined && takesFile(/<(\w+)>$/.exec(flags)?.[1])) option.handler = handler;
    }
    for (const [name, argument] of target?.arguments ?? []) if (takesFile(name)) argument.handler = handler;
    for (const one of command.commands) add(one, [...path, one.name()]);
  };
  add(program, []);
}

function takesFile(placeholder: string | undefined): boolean {
  return FILE_PLACEHOLDER.test(placeholder ?? '');
}
