import { quoteInput, RegistryError } from './registry-error.ts';

/** The highest port number: ports are 16-bit unsigned integers (RFC 6335, section 6). */
export const LAST_PORT = 65535;

/** How many port numbers there are. */
export const PORT_COUNT = LAST_PORT + 1;

const DECIMAL = /^(?:0|[1-9][0-9]*)$/;

/**
 * Reads a port number written in decimal ASCII digits, without sign, blank or leading zero.
 *
 * @param text - What was asked for, of any content.
 * @param parameter - The parameter's name, for the error.
 * @returns An integer from 0 to 65535.
 * @throws {RegistryError} `invalid_argument` for anything else.
 * @example parsePortNumber('60257') // 60257
 */
export function parsePortNumber(text: string, parameter = 'port'): number {
  if (!DECIMAL.test(text)) {
    throw new RegistryError(
      'invalid_argument',
      `Cannot parse port number ${quoteInput(text)}: expected an integer from 0 to ${LAST_PORT} in decimal digits, without sign, blank or leading zero`,
      { parameter },
    );
  }
  return checkPortNumber(Number(text), text, parameter);
}

/**
 * Lets a port number pass and refuses any other number.
 *
 * @param value - The number.
 * @param text - How it was written, for the error.
 * @param parameter - The parameter's name, for the error.
 * @returns The same number, from 0 to 65535.
 * @throws {RegistryError} `invalid_argument` when it is no integer from 0 to 65535.
 */
export function checkPortNumber(value: number, text = String(value), parameter = 'port'): number {
  if (!Number.isInteger(value) || value < 0 || value > LAST_PORT) {
    throw new RegistryError(
      'invalid_argument',
      `Cannot parse port number ${quoteInput(text)}: expected an integer from 0 to ${LAST_PORT}`,
      { parameter },
    );
  }
  return value;
}
