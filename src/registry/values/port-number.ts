import { type Fault, invalidArgument, quoteInput } from './registry-error.ts';

/** The highest port number: ports are 16-bit unsigned integers (RFC 6335, section 6). */
export const LAST_PORT = 65535;

/** The number of port numbers. */
export const PORT_COUNT = LAST_PORT + 1;

const DECIMAL = /^(?:0|[1-9][0-9]*)$/;

/**
 * Parses a port number written in decimal ASCII digits, without sign, blank or leading zero.
 *
 * @param text - Any text.
 * @param parameter - The parameter's name, for the error.
 * @returns An integer from 0 to 65535.
 * @throws {RegistryError} `invalid_argument` for any other text.
 * @example parsePortNumber('60257') // 60257
 */
export function parsePortNumber(text: string, parameter = 'port'): number {
  const number = tryParsePortNumber(text, parameter);
  if (typeof number === 'number') return number;
  throw invalidArgument(number);
}

/**
 * Parses a port number as `parsePortNumber` does, but returns the fault instead of throwing it. A batch may have 65,536
 * invalid port numbers, and an error with its stack trace costs more than the answer for a port.
 *
 * @param text - Any text.
 * @param parameter - The parameter's name, for the fault.
 */
export function tryParsePortNumber(text: string, parameter: string): number | Fault {
  if (DECIMAL.test(text)) return portNumberOrFault(Number(text), text, parameter);
  return {
    parameter,
    detail: `Cannot parse port number ${quoteInput(text)}: expected an integer from 0 to ${LAST_PORT} in decimal digits, without sign, blank or leading zero`,
  };
}

const CELL = /^(?:(\d{1,5})(?:\.0+)?|0x([\da-f]{1,4}))(?:\/([a-z]{1,5}\d{0,2}))?$/i;

/** A port in a table or in JSON of another program. */
export interface WrittenPort {
  /** A port number, 0-65535. */
  readonly port: number;
  /** The word behind the slash of `443/tcp`; null without one. */
  readonly protocol: string | null;
}

/**
 * Parses a port as other programs write it: `443`, `443.0` of a spreadsheet, `0x1bb`, `443/tcp`, with blanks around it.
 *
 * @param text - The text of a cell or field.
 * @returns Null for any other text.
 */
export function parseWrittenPort(text: string): WrittenPort | null {
  const [match, decimal, hexadecimal, protocol = null] = CELL.exec(text.trim()) ?? [];
  if (match === undefined) return null;
  const port = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
  return port > LAST_PORT ? null : { port, protocol };
}

/**
 * Checks that a number is a port number.
 *
 * @param value - The number.
 * @param text - The number as the client wrote it, for the error.
 * @param parameter - The parameter's name, for the error.
 * @returns The same number, from 0 to 65535.
 * @throws {RegistryError} `invalid_argument` when it is not an integer from 0 to 65535.
 */
export function checkPortNumber(value: number, text = String(value), parameter = 'port'): number {
  const number = portNumberOrFault(value, text, parameter);
  if (typeof number === 'number') return number;
  throw invalidArgument(number);
}

function portNumberOrFault(value: number, text: string, parameter: string): number | Fault {
  if (Number.isInteger(value) && value >= 0 && value <= LAST_PORT) return value;
  return {
    parameter,
    detail: `Cannot parse port number ${quoteInput(text)}: expected an integer from 0 to ${LAST_PORT}`,
  };
}
