import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';

const BYTES = { B: 1, kB: 1000, KiB: 1024, MB: 1000 ** 2, MiB: 1024 ** 2 } as const;
const MILLISECONDS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const;

/**
 * Makes the reader of a size between two others. A number without a unit counts bytes; units may be written in any case.
 *
 * @param least - The smallest, as a person writes it.
 * @param most - The largest.
 * @returns A function from text to bytes, which throws `invalid_argument` for anything else.
 * @example sizeBetween('1 KiB', '1 MiB')('32 KiB') // 32768
 */
export function sizeBetween(least: string, most: string): (text: string) => number {
  return readerOf('size', { '': 1, ...BYTES }, least, most);
}

/**
 * Makes the reader of a time between two others. There is no time without a unit: nobody could tell seconds from
 * milliseconds.
 *
 * @param least - The shortest, as a person writes it.
 * @param most - The longest.
 * @returns A function from text to milliseconds, which throws `invalid_argument` for anything else.
 * @example timeBetween('1 s', '1 h')('2 min') // 120000
 */
export function timeBetween(least: string, most: string): (text: string) => number {
  return readerOf('time', MILLISECONDS, least, most);
}

function readerOf(
  kind: string,
  units: Readonly<Record<string, number>>,
  least: string,
  most: string,
): (text: string) => number {
  const factors = new Map(Object.entries(units).map(([unit, factor]) => [unit.toLowerCase(), factor]));
  const measure = (text: string): number => {
    const [, number, unit = ''] = /^([0-9]{1,12})\s*([a-z]*)$/i.exec(text.trim()) ?? [];
    return Number(number) * (factors.get(unit.toLowerCase()) ?? Number.NaN);
  };
  const names = Object.keys(units).filter((unit) => unit !== '');
  return (text) => {
    const value = measure(text);
    if (value >= measure(least) && value <= measure(most)) return value;
    throw new RegistryError(
      'invalid_argument',
      `Cannot parse ${kind} ${quoteInput(text)}: expected ${least} to ${most}, in ${names.join(', ')}`,
    );
  };
}
