import { quoteInput, RegistryError } from '../values/registry-error.ts';

/** The fields by which lists of uses can be sorted. */
const USE_ORDER_FIELDS = ['port', 'name', 'owner', 'environment', 'reviewBy'] as const;
type UseOrderField = (typeof USE_ORDER_FIELDS)[number];

/**
 * The orders of uses: by a field, then by first port, last port and id; `-` in front reverses. Uses without a value of the field come
 * last in both directions.
 */
export type UseOrder = UseOrderField | `-${UseOrderField}`;

/** All orders; the first is the default. */
export const USE_ORDERS: readonly UseOrder[] = USE_ORDER_FIELDS.flatMap((field) => [field, `-${field}`] as const);

/**
 * Parses the order of uses.
 *
 * @param text - A field in any case, with or without `-` in front.
 * @throws {RegistryError} `invalid_argument` for an unknown field.
 */
export function parseUseOrder(text: string): UseOrder {
  const order = USE_ORDERS.find((known) => known.toLowerCase() === text.toLowerCase());
  if (order !== undefined) return order;
  const message = `Cannot parse sort ${quoteInput(text)}: expected ${USE_ORDER_FIELDS.join(', ')}, with or without "-" in front`;
  throw new RegistryError('invalid_argument', message, { parameter: 'sort' });
}
