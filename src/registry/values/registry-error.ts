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

/** A quote never reads more of its input than this, in UTF-16 units: two for each character that it shows. */
const QUOTED_UNITS = LONGEST_QUOTE * 2;

/**
 * Quotes untrusted text for an error message: JSON escapes, at most 80 characters of it, no control character.
 *
 * @param input - Text of any length, with any characters.
 * @returns The text in double quotes; `…` stands for what was cut off.
 * @example quoteInput('80abc') // '"80abc"'
 */
export function quoteInput(input: string): string {
  // JSON leaves DEL and the C1 controls as they are, which a terminal may obey.
  return JSON.stringify(shorten(input)).replaceAll(/[\u007f-\u009f]/g, (character) => {
    return `\\u00${character.charCodeAt(0).toString(16)}`;
  });
}

/**
 * Quotes an untrusted value of JSON for an error message, as `quoteInput` quotes text: at most 80 characters of it, whatever
 * its size and depth.
 *
 * @param value - Any value that JSON can hold.
 * @example quoteValue(['9-8']) // '"[\\"9-8\\"]"'
 */
export function quoteValue(value: unknown): string {
  if (typeof value === 'string') return quoteInput(value);
  let text = '';
  for (const piece of jsonPieces(value)) {
    text += piece;
    if (text.length > QUOTED_UNITS) break;
  }
  return quoteInput(text);
}

/**
 * Shortens untrusted text.
 *
 * @param text - Text of any length.
 * @returns At most 80 characters of it, well-formed; `…` stands for what was cut off.
 */
export function shorten(text: string): string {
  const characters = [...text.slice(0, QUOTED_UNITS)];
  const shown = characters.slice(0, LONGEST_QUOTE).join('') + (characters.length > LONGEST_QUOTE ? '…' : '');
  return shown.toWellFormed();
}

/** Yields JSON piece by piece, at least one for each level: whoever stops reading stops the recursion. */
function* jsonPieces(value: unknown): Generator<string> {
  if (typeof value === 'string') yield JSON.stringify(value.slice(0, QUOTED_UNITS));
  else if (typeof value !== 'object' || value === null) yield String(value);
  else {
    const isList = Array.isArray(value);
    yield isList ? '[' : '{';
    let before = '';
    for (const key of isList ? value.keys() : Object.keys(value)) {
      yield typeof key === 'number' ? before : `${before}${JSON.stringify(key.slice(0, QUOTED_UNITS))}:`;
      yield* jsonPieces((value as Readonly<Record<string, unknown>>)[key]);
      before = ',';
    }
    yield isList ? ']' : '}';
  }
}
