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
 * Joins the first words as `enumerate`, and counts the others.
 *
 * @param words - Any number of words.
 * @param most - The most words that are written.
 * @example enumerateSome(['tcp', 'udp', 'sctp'], 1) // 'tcp and 2 more'
 */
export function enumerateSome(words: readonly string[], most: number): string {
  const more = words.length - most;
  return enumerate(more > 0 ? [...words.slice(0, most), `${more} more`] : words);
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
