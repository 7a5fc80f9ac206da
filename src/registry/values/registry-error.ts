/** The kinds of failures. Each interface (REST, GraphQL, command line) maps these codes with one table of its own. */
export type ErrorCode =
  | 'invalid_argument'
  | 'not_found'
  | 'conflict'
  | 'stale'
  | 'key_used'
  | 'too_large'
  | 'unauthorized'
  | 'forbidden'
  | 'unavailable'
  | 'internal';

/** The fault of one parameter. */
export interface Fault {
  /** The name of the parameter, as the client wrote it. */
  readonly parameter: string;
  /** A sentence on what is wrong with it. */
  readonly detail: string;
}

/** Optional details of an error. Another error can be the details of one with its own message. */
export interface ErrorDetails {
  /** The name of the invalid parameter, as the client wrote it. */
  readonly parameter?: string | undefined;
  /** Names that were perhaps meant, nearest first. */
  readonly suggestions?: readonly string[] | undefined;
  /** All faults, if there are several. */
  readonly errors?: readonly Fault[] | undefined;
  /** The own entries and pools that hold the requested ports. */
  readonly holders?: readonly object[] | undefined;
  /** The underlying error. It is logged, never sent to a client. */
  readonly cause?: unknown;
}

/**
 * The one error class of the domain. Its message is a whole sentence with the input, what was expected and, for files,
 * the line and column. Clients see the message, so it never contains a path of this machine, SQL or a secret.
 */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code: ErrorCode;
  readonly parameter: string | undefined;
  readonly suggestions: readonly string[] | undefined;
  /** The fault of each invalid parameter; undefined where no parameter is invalid. */
  readonly errors: readonly Fault[] | undefined;
  /** The own entries and pools that hold the requested ports; undefined for other errors. */
  readonly holders: readonly object[] | undefined;

  /**
   * @param code - The kind of failure.
   * @param message - The sentence for the client.
   * @param details - The invalid parameters, suggestions, the cause.
   */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.parameter = details.parameter;
    this.suggestions = details.suggestions;
    this.holders = details.holders;
    const { parameter, errors } = details;
    this.errors = errors ?? (parameter === undefined ? undefined : [{ parameter, detail: message }]);
  }
}

/**
 * Returns the error for one fault.
 *
 * @param fault - The fault.
 */
export function invalidArgument({ parameter, detail }: Fault): RegistryError {
  return new RegistryError('invalid_argument', detail, { parameter });
}

const LONGEST_QUOTE = 80;

/** The most UTF-16 units of its input that a quote reads: two for each character of the quote, and one of a further one. */
const QUOTED_UNITS = LONGEST_QUOTE * 2 + 1;

/**
 * Quotes untrusted text for an error message: JSON escapes, at most 80 characters of it, no control characters.
 *
 * @param input - Text of any length, with any characters.
 * @returns The text in double quotes; `…` replaces the rest of a longer text.
 * @example quoteInput('80abc') // '"80abc"'
 */
export function quoteInput(input: string): string {
  // JSON does not escape DEL and the C1 controls, which can control a terminal.
  return JSON.stringify(shorten(input)).replaceAll(/[\u007f-\u009f]/g, (character) => {
    return `\\u00${character.charCodeAt(0).toString(16)}`;
  });
}

/**
 * Quotes an untrusted value of JSON for an error message, as `quoteInput` quotes text: at most 80 characters of it, for
 * any size and depth.
 *
 * @param value - Any value of JSON.
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
 * @returns At most 80 characters of it, as well-formed UTF-16; `…` replaces the rest of a longer text.
 */
export function shorten(text: string): string {
  const characters = [...text.slice(0, QUOTED_UNITS)];
  const shortened = characters.slice(0, LONGEST_QUOTE).join('') + (characters.length > LONGEST_QUOTE ? '…' : '');
  return shortened.toWellFormed();
}

/** Yields JSON piece by piece, at least one piece for each level: a caller that stops reading stops the recursion. */
function* jsonPieces(value: unknown): Generator<string> {
  if (typeof value === 'string') yield JSON.stringify(value.slice(0, QUOTED_UNITS));
  else if (typeof value !== 'object' || value === null) yield String(value);
  else {
    const isList = Array.isArray(value);
    yield isList ? '[' : '{';
    let separator = '';
    for (const key of isList ? value.keys() : Object.keys(value)) {
      yield typeof key === 'number' ? separator : `${separator}${JSON.stringify(key.slice(0, QUOTED_UNITS))}:`;
      yield* jsonPieces((value as Readonly<Record<string, unknown>>)[key]);
      separator = ',';
    }
    yield isList ? ']' : '}';
  }
}
