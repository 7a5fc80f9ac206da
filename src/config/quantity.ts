import { quoteInput, RegistryError } from '../registry/values/registry-error.ts';

const BYTES = { B: 1, kB: 1000, KiB: 1024, MB: 1000 ** 2, MiB: 1024 ** 2 } as const;
const MILLISECONDS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const;

/**
 * Returns a parser of sizes. A number without a unit counts bytes; units are case-insensitive.
 *
 * @param least - The smallest valid size, with its unit.
 * @param most - The largest valid size, with its unit.
 * @returns A function from text to bytes, which throws `invalid_argument` for anything else.
 * @example sizeParser('1 KiB', '1 MiB')('32 KiB') // 32768
 */
export function sizeParser(least: string, most: string): (text: string) => number {
  return quantityParser('size', { '': 1, ...BYTES }, least, most);
}

/**
 * Returns a parser of durations. The unit is required, because seconds and milliseconds are easily confused.
 *
 * @param least - The shortest valid duration, with its unit.
 * @param most - The longest valid duration, with its unit.
 * @returns A function from text to milliseconds, which throws `invalid_argument` for anything else.
 * @example timeParser('1 s', '1 h')('2 min') // 120000
 */
export function timeParser(least: string, most: string): (text: string) => number {
  return quantityParser('time', MILLISECONDS, least, most);
}

/**
 * Returns a parser of days. A number without a unit counts days.
 *
 * @param least - The fewest days.
 * @param most - The most days.
 * @returns A function from text to days, which throws `invalid_argument` for anything else.
 * @example daysParser(1, 3650)('90 d') // 90
 */
export function daysParser(least: number, most: number): (text: string) => number {
  return quantityParser('days', { '': 1, d: 1, days: 1 }, `${least} d`, `${most} d`);
}

function quantityParser(
  kind: string,
  units: Readonly<Record<string, number>>,
  least: string,
  most: string,
): (text: string) => number {
  const factors = new Map(Object.entries(units).map(([unit, factor]) => [unit.toLowerCase(), factor]));
  const parse = (text: string): number => {
    const [, number, unit = ''] = /^([0-9]{1,12})\s*([a-z]*)$/i.exec(text.trim()) ?? [];
    return Number(number) * (factors.get(unit.toLowerCase()) ?? Number.NaN);
  };
  const names = Object.keys(units).filter((unit) => unit !== '');
  return (text) => {
    const value = parse(text);
    if (value >= parse(least) && value <= parse(most)) return value;
    throw new RegistryError(
      'invalid_argument',
      `Cannot parse ${kind} ${quoteInput(text)}: expected ${least} to ${most}, in ${names.join(', ')}`,
    );
  };
}
