/** Cyrillic letters without accents, as searchWords returns them, and their Latin letters. */
const LATIN: Readonly<Record<string, string>> = {
  ...{
    а: 'a',
    б: 'b',
    в: 'v',
    г: 'g',
    ґ: 'g',
    д: 'd',
    е: 'e',
    є: 'e',
    ж: 'zh',
    з: 'z',
    и: 'i',
    і: 'i',
    к: 'k',
    л: 'l',
  },
  ...{ м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'h', ц: 'c', ч: 'ch', ш: 'sh' },
  ...{ щ: 'sch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya' },
};

/**
 * Writes a Cyrillic word in Latin letters, as product names are often spelt by ear.
 *
 * @param word - A word, from `searchWords`.
 * @example transliterate('постгрес') // 'postgres'
 */
export function transliterate(word: string): string {
  return word.replace(/[а-яіґє]/g, (letter) => LATIN[letter] ?? letter);
}
