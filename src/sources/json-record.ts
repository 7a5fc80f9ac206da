/** An object of JSON. Its members are unchecked. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/**
 * Parses JSON.
 *
 * @param text - Any text.
 * @returns Undefined for a text that is no JSON.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Returns whether a value is an object.
 *
 * @param value - A value of JSON, or undefined.
 */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Returns the objects of a list; none for any other value.
 *
 * @param value - A value of JSON, or undefined.
 */
export function recordsOf(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
