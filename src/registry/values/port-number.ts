import { type Fault, invalidArgument, quoteInput } from './registry-error.ts';

/** The highest port number: ports are 16-bit unsigned integers (RFC 6335, section 6). */
export const LAST_PORT = 65535;

/** How many port numbers there are. */
export const PORT_COUNT = LAST_PORT + 1;

const DECIMAL = /^(?:0|[1-9][0-9]*)$/;

/**
 * Parses a port number written in decimal ASCII digits, without sign, blank or leading zero.
 *
 * @param text - What was asked for, of any content.
 * @param parameter - The parameter's name, for the error.
 * @returns An integer from 0 to 65535.
 * @throws {RegistryError} `invalid_argument` for anything else.
 * @example parsePortNumber('60257') // 60257
 */
export function parsePortNumber(text: string, parameter = 'port'): number {
  const read = readPortNumber(text, parameter);
  if (typeof read === 'number') return read;
  throw invalidArgument(read);
}

/**
 * Parses a port number as `parsePortNumber` does, and returns what is wrong in place of throwing it: a batch may hold
 * 65,536 texts that are not port numbers, and an error with its stack costs more than the answer.
 *
 * @param text - What was asked for, of any content.
 * @param parameter - The parameter's name, for the fault.
 */
export function readPortNumber(text: string, parameter: string): number | Fault {
  if (DECIMAL.test(text)) return portNumberOrFault(Number(text), text, parameter);
  return {
    parameter,
    detail: `Cannot parse port number ${quoteInput(text)}: expected an integer from 0 to ${LAST_PORT} in decimal digits, without sign, blank or leading zero`,
  };
}

/**
 * Returns a port number, and refuses any other number.
 *
 * @param value - The number.
 * @param text - How it was written, for the error.
 * @param parameter - The parameter's name, for the error.
 * @returns The same number, from 0 to 65535.
 * @throws {RegistryError} `invalid_argument` when it is no integer from 0 to 65535.
 */
export function checkPortNumber(value: number, text = String(value), parameter = 'port'): number {
  const read = portNumberOrFault(value, text, parameter);
  if (typeof read === 'number') return read;
  throw invalidArgument(read);
}

function portNumberOrFault(value: number, text: string, parameter: string): number | Fault {
  if (Number.isInteger(value) && value >= 0 && value <= LAST_PORT) return value;
  return {
    parameter,
    detail: `Cannot parse port number ${quoteInput(text)}: expected an integer from 0 to ${LAST_PORT}`,
  };
}
