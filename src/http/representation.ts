import type { Request, Response } from 'express';
import { nearest } from '../registry/nearest.ts';
import { quoteInput, RegistryError } from '../registry/registry-error.ts';
import { JSON_BODIES } from '../rest/json.ts';
import type { Answers } from '../rest/route.ts';
import { ephemeralRangesText, portText, rangesText, registryText } from '../text/port-text.ts';
import { assignmentsText, associationsText, searchText, serviceText } from '../text/rows-text.ts';
import { HttpError } from './problem.ts';

/** A form in which a resource can be sent. */
interface Representation {
  readonly mediaType: string;
  readonly render: (answer: never) => string;
}

type Renderers<Result> = { readonly [Kind in keyof Answers]: (answer: Answers[Kind]) => Result };

const TEXT: Renderers<string> = {
  port: ({ report, protocol }) => portText(report, protocol),
  ports: ({ results }) => results.map(({ report, protocol }) => portText(report, protocol)).join('\n') || '\n',
  service: serviceText,
  ranges: ({ results }) => rangesText(results),
  'ephemeral-ranges': ({ results }) => ephemeralRangesText(results),
  registry: registryText,
  search: ({ results, suggestions }) => searchText(results, suggestions),
  assignments: ({ results }) => assignmentsText(results),
  associations: ({ results }) => associationsText(results),
  association: (association) => associationsText([association]),
};

/** The faces of a kind of resource, by the value of `?format=`; the first is what a client without wishes gets. */
function representations<Kind extends keyof Answers>(kind: Kind): Readonly<Record<string, Representation>> {
  return {
    json: {
      mediaType: 'application/json',
      render: (answer: Answers[Kind]) => JSON.stringify(JSON_BODIES[kind](answer)),
    },
    text: { mediaType: 'text/plain', render: TEXT[kind] },
  };
}

/** The values of `?format=`, on any resource. */
const FORMATS = ['json', 'text', 'csv', 'html'];

/**
 * Chooses the form of an answer: `?format=` where given, else what `Accept` likes best.
 *
 * @param request - The request.
 * @param kind - The kind of resource.
 * @param format - The value of `?format=`, if given.
 * @returns A function that sends the answer in this form.
 * @throws {RegistryError} `invalid_argument` for a format that does not exist.
 * @throws {HttpError} 406 when the resource has no form that the client takes.
 */
export function negotiate<Kind extends keyof Answers>(
  request: Request,
  kind: Kind,
  format: string | undefined,
): (response: Response, answer: Answers[Kind]) => void {
  const available = representations(kind);
  const mediaTypes = Object.values(available).map(({ mediaType }) => mediaType);
  if (format !== undefined && !FORMATS.includes(format)) throw unknownFormat(format);
  const accepted = format === undefined ? request.accepts(mediaTypes) : available[format]?.mediaType;
  const chosen = Object.values(available).find(({ mediaType }) => mediaType === accepted);
  if (chosen === undefined) {
    const asked = format === undefined ? 'a media type that the client accepts' : `the format ${format}`;
    throw new HttpError(406, `Cannot answer in ${asked}: expected ${mediaTypes.join(' or ')}`);
  }
  return (response, answer) => {
    response.type(chosen.mediaType).send((chosen.render as (answer: Answers[Kind]) => string)(answer));
  };
}

function unknownFormat(format: string): RegistryError {
  const [meant] = nearest(format, FORMATS, 1);
  const expected = `${FORMATS.slice(0, -1).join(', ')} or ${FORMATS.at(-1)}`;
  const hint = meant === undefined ? `expected ${expected}` : `did you mean ${meant}?`;
  return new RegistryError('invalid_argument', `Cannot answer in format ${quoteInput(format)}: ${hint}`, {
    parameter: 'format',
  });
}
