/** The most characters of a search text; the rest is ignored. */
export const LONGEST_TEXT = 200;

/**
 * The most words of a search text; the rest is ignored. People type 1 to 3 words. Each word costs a scan of its rows,
 * and one character can expand to many words: U+FDFA expands to 4.
 */
export const MOST_WORDS = 16;

/** Letters of a script that is written without blanks, other letters, or digits. */
const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+|[^\P{L}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+|\p{N}+/gu;

/**
 * Splits text into search words: at punctuation, between letters and digits, and where Chinese or Japanese letters meet
 * others; in lower case, without accents. Names and questions use the same tokenizer, so that `sql net` finds `sql*net`
 * and `x11` finds `X11`.
 *
 * @param text - Any text.
 * @example searchWords('Z39.50 FORTÉ') // ['z', '39', '50', 'forte']
 */
export function searchWords(text: string): string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .match(WORDS) ?? []
  );
}

/**
 * Returns the key under which a name is found, however its words are separated.
 *
 * @param text - Any text.
 * @example searchKey('Time Machine') // 'timemachine'
 */
export function searchKey(text: string): string {
  return searchWords(text).join('');
}
