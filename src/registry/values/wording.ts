const LONGEST_DESCRIPTION = 100;

/**
 * Joins words with commas and a final `and`.
 *
 * @param words - Any number of words.
 * @example enumerate(['tcp', 'udp', 'sctp']) // 'tcp, udp and sctp'
 */
export function enumerate(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/**
 * Shortens a description to 100 characters, so that it fits into a sentence.
 *
 * @param text - The description.
 */
export function shortenDescription(text: string): string {
  return text.length <= LONGEST_DESCRIPTION ? text : `${text.slice(0, LONGEST_DESCRIPTION - 1).trimEnd()}…`;
}

/**
 * Writes the first letter of a text in upper case.
 *
 * @param text - The text.
 */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
