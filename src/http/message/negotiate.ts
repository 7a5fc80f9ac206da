import type { Request } from 'express';
import { nearest } from '../../registry/values/nearest.ts';
import { quoteInput, RegistryError } from '../../registry/values/registry-error.ts';
import { HttpError } from './problem.ts';

/** The media types of the formats that `?format=` can name. */
export const MEDIA_TYPES = {
  json: 'application/json',
  text: 'text/plain',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  html: 'text/html',
  atom: 'application/atom+xml',
  ndjson: 'application/x-ndjson',
} as const;

/** A format in which a response can be sent. */
export type Format = keyof typeof MEDIA_TYPES;

/**
 * Chooses the format of a response: `?format=` if given, else the one that `Accept` prefers.
 *
 * @param request - The request.
 * @param available - The available formats; the first one is the default.
 * @param requested - The value of `?format=`, if given.
 * @throws {RegistryError} `invalid_argument` for a format that does not exist.
 * @throws {HttpError} 406 if the client accepts none of the available formats.
 */
export function negotiate<Available extends Format>(
  request: Request,
  available: readonly Available[],
  requested: string | undefined,
): Available {
  const formats = Object.keys(MEDIA_TYPES);
  if (requested !== undefined && !formats.includes(requested)) throw unknownFormat(requested, formats);
  const mediaTypes = available.map((format) => MEDIA_TYPES[format]);
  const accepted = requested === undefined ? request.accepts(mediaTypes) : MEDIA_TYPES[requested as Format];
  const chosen = available.find((format) => MEDIA_TYPES[format] === accepted);
  if (chosen !== undefined) return chosen;
  const subject = requested === undefined ? 'a media type that the client accepts' : `the format ${requested}`;
  throw new HttpError(406, `Cannot answer in ${subject}: expected ${mediaTypes.join(' or ')}`);
}

function unknownFormat(format: string, formats: readonly string[]): RegistryError {
  const [meant] = nearest(format, formats, 1);
  const hint = meant === undefined ? `expected ${formats.join(', ')}` : `did you mean ${meant}?`;
  return new RegistryError('invalid_argument', `Cannot answer in format ${quoteInput(format)}: ${hint}`, {
    parameter: 'format',
  });
}
