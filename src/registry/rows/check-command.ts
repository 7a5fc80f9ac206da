import { TRANSPORT_PROTOCOLS } from '../values/transport-protocol.ts';

/** The queries for which a check command applies: one transport protocol, or `any` for none. */
export const CHECK_QUESTIONS = ['any', ...TRANSPORT_PROTOCOLS] as const;
export type CheckQuestion = (typeof CHECK_QUESTIONS)[number];

/** The systems that have check commands. */
export const CHECK_SYSTEMS = ['linux', 'macos', 'windows', 'freebsd'] as const;

/** A command for people that shows which process uses a port of a host. */
export interface Check {
  /** The system's key, such as `linux`. */
  readonly system: string;
  /** The program's name. */
  readonly tool: string;
  /** The command with the port filled in. */
  readonly command: string;
  /** True if it fails, or hides other users' processes, without root or an elevated shell. */
  readonly needsRoot: boolean;
}

/** A check for any port: the command contains the placeholder `{port}`. */
export interface CheckCommand extends Check {
  /** The queries for which this row applies. */
  readonly questions: readonly CheckQuestion[];
}

/**
 * Replaces the placeholder in commands by a port.
 *
 * @param commands - The commands of one query, in order.
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
