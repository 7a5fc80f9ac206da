/** What an answer is kept by: many requests differ in nothing but one number, and so do their answers. */
export interface AnswerKey {
  /** The request without that number, and where it stood. */
  readonly form: string;
  /** The number as it was written; empty where there is none. */
  readonly number: string;
}

/** Where the variables of a GraphQL document begin, in a body or a query. */
const VARIABLES = 'variables';

/** A number; the digits of `%3A` are none. */
const NUMBER = /%[0-9a-f]{2}|([0-9]+)/gi;

/**
 * Takes a request apart: the number that most probably tells the port, and the rest. Whichever number it is, the two
 * together are the request; a poor choice only shares less.
 *
 * @param headers - All that an answer depends on beside the text.
 * @param text - The path and query, or the body.
 */
export function answerKey(headers: string, text: string): AnswerKey {
  NUMBER.lastIndex = Math.max(0, text.lastIndexOf(VARIABLES));
  for (let found = NUMBER.exec(text); found !== null; found = NUMBER.exec(text)) {
    const [, number] = found;
    if (number === undefined) continue;
    const { index } = found;
    return { form: `${headers}\n${index}\n${text.slice(0, index)}${text.slice(index + number.length)}`, number };
  }
  return { form: `${headers}\n\n${text}`, number: '' };
}

/**
 * Joins header fields for a key. A field that is absent differs from every value, the empty one and the word `undefined`
 * included.
 *
 * @param values - The values of the fields; undefined for absent ones. HTTP allows no line feed in them.
 */
export function fieldKey(...values: readonly (string | undefined)[]): string {
  return values.map((value) => (value === undefined ? '' : `=${value}`)).join('\n');
}
