import { quoteInput, RegistryError } from '../values/registry-error.ts';

/** The longest host name, in characters (RFC 1123, section 2.1). */
const LONGEST_HOST = 253;

const LABEL = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/;

/**
 * Parses the name of a host: labels of 1 to 63 letters, digits and hyphens, separated by dots. A label neither begins nor ends
 * with a hyphen.
 *
 * @param text - Any text.
 * @returns The name in lower case.
 * @throws {RegistryError} `invalid_argument`
 * @see https://www.rfc-editor.org/rfc/rfc1123#section-2.1
 */
export function parseHostName(text: string): string {
  const name = text.toLowerCase();
  if (name.length <= LONGEST_HOST && name.split('.').every((label) => LABEL.test(label))) return name;
  const expected = 'expected labels of letters, digits and hyphens, separated by dots, such as web-1.example.org';
  throw new RegistryError('invalid_argument', `Cannot parse host ${quoteInput(text)}: ${expected}`, {
    parameter: 'host',
  });
}
