/** Why a question could not be answered. Each face (REST, GraphQL, command line) translates these codes by one table of its own. */
export type ErrorCode =
  | 'invalid_argument'
  | 'not_found'
  | 'conflict'
  | 'stale'
  | 'too_large'
  | 'unauthorized'
  | 'forbidden'
  | 'unavailable'
  | 'internal';

/** What is wrong with one parameter of several. */
export interface Fault {
  /** Name of the parameter, as the asker wrote it. */
  readonly parameter: string;
  /** What is wrong with it, in a sentence. */
  readonly detail: string;
}

/** What may come with an error beside its message. */
export interface ErrorDetails {
  /** Name of the parameter at fault, as the asker wrote it. */
  readonly parameter?: string;
  /** Names that were perhaps meant, nearest first. */
  readonly suggestions?: readonly string[];
  /** All that is wrong, where it is more than the message can hold. */
  readonly errors?: readonly Fault[];
  /** The error underneath. It is logged, never shown to a client. */
  readonly cause?: unknown;
}

/**
 * The one error class of the domain. The message is a whole sentence made where the error is thrown: it names the
 * input, what was expected and, for files, where it stood. It is shown to clients, so it never holds a path of this
 * machine, SQL or a secret.
 */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: ErrorCode;
  readonly parameter: string | undefined;
  readonly suggestions: readonly string[] | undefined;
  /** What is wrong with each parameter at fault; undefined where none is. */
  readonly errors: readonly Fault[] | undefined;

  /**
   * @param code - What kind of failure it is.
   * @param message - The sentence for the asker.
   * @param details - The parameters at fault, suggestions, the cause.
   */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.parameter = details.parameter;
    this.suggestions = details.suggestions;
    const { parameter, errors } = details;
    this.errors = errors ?? (parameter === undefined ? undefined : [{ parameter, detail: message }]);
  }
}

/**
 * Makes the error of one fault.
 *
 * @param fault - What is wrong with which parameter.
 */
export function invalidArgument({ parameter, detail }: Fault): RegistryError {
  return new RegistryError('invalid_argument', detail, { parameter });
}

const LONGEST_QUOTE = 80;

/**
 * Quotes hostile input for an error message: JSON escapes, at most 80 characters of it.
 *
 * @param input - Text of any length, with any characters.
 * @returns The text in double quotes; `…` stands for what was cut off.
 * @example quoteInput('80abc') // '"80abc"'
 */
export function quoteInput(input: string): string {
  const characters = [...input.slice(0, LONGEST_QUOTE * 2)];
  const shown = characters.slice(0, LONGEST_QUOTE).join('') + (characters.length > LONGEST_QUOTE ? '…' : '');
  return JSON.stringify(shown.toWellFormed());
}
