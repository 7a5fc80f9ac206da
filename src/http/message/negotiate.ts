import type { Request } from 'express';
import { nearest } from '../../registry/values/nearest.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { HttpError } from './problem.ts';

/** The media types of the formats that `?format=` can name. */
export const MEDIA_TYPES = {
  json: 'application/json',
  text: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
  atom: 'application/atom+xml',
  ndjson: 'application/x-ndjson',
} as const;

/** A form in which an answer can be sent. */
export type Format = keyof typeof MEDIA_TYPES;

/**
 * Chooses the form of an answer: `?format=` where given, else what `Accept` likes best.
 *
 * @param request - The request.
 * @param available - The forms that there are; the first is what a client without wishes gets.
 * @param asked - The value of `?format=`, if given.
 * @throws {RegistryError} `invalid_argument` for a format that does not exist.
 * @throws {HttpError} 406 when there is no form that the client takes.
 */
export function negotiate<Available extends Format>(
  request: Request,
  available: readonly Available[],
  asked: string | undefined,
): Available {
  const formats = Object.keys(MEDIA_TYPES);
  if (asked !== undefined && !formats.includes(asked)) throw unknownFormat(asked, formats);
  const mediaTypes = available.map((format) => MEDIA_TYPES[format]);
  const accepted = asked === undefined ? request.accepts(mediaTypes) : MEDIA_TYPES[asked as Format];
  const chosen = available.find((format) => MEDIA_TYPES[format] === accepted);
  if (chosen !== undefined) return chosen;
  const wish = asked === undefined ? 'a media type that the client accepts' : `the format ${asked}`;
  throw new HttpError(406, `Cannot answer in ${wish}: expected ${mediaTypes.join(' or ')}`);
}

function unknownFormat(format: string, formats: readonly string[]): RegistryError {
  const [meant] = nearest(format, formats, 1);
  const hint = meant === undefined ? `expected ${formats.join(', ')}` : `did you mean ${meant}?`;
  return new RegistryError('invalid_argument', `Cannot answer in format ${quoteInput(format)}: ${hint}`, {
    parameter: 'format',
  });
}
