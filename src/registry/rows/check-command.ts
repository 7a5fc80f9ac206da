import { TRANSPORT_PROTOCOLS } from '../values/transport-protocol.ts';

/** What a check can be asked for: one transport protocol, or `any` when none was named. */
export const CHECK_QUESTIONS = ['any', ...TRANSPORT_PROTOCOLS] as const;
export type CheckQuestion = (typeof CHECK_QUESTIONS)[number];

/** A command, typed by a person, that shows what uses a port of a host. */
export interface Check {
  /** The system's key, such as `linux`. */
  readonly system: string;
  /** The program's name. */
  readonly tool: string;
  /** The command with the port filled in. */
  readonly command: string;
  /** True when it fails, or hides what other users run, without root or an elevated shell. */
  readonly needsRoot: boolean;
}

/** A check for any port: `{port}` stands in the command for the number. */
export interface CheckCommand extends Check {
  /** The questions that this row answers. */
  readonly questions: readonly CheckQuestion[];
}

/**
 * Fills a port into the commands.
 *
 * @param commands - The commands of one question, in their order.
 * @param port - A port number, 0-65535.
 */
export function checksFor(commands: readonly CheckCommand[], port: number): Check[] {
  return commands.map(({ system, tool, command, needsRoot }) => ({
    system,
    tool,
    command: command.replaceAll('{port}', String(port)),
    needsRoot,
  }));
}
