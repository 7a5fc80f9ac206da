import { decode, joinBytes } from '../byte-text.ts';
import { portJson, portTag, portTemplate } from './port-json.ts';
import type { Answers } from './route.ts';

/** How each kind of answer is written as JSON: as it is, without what only other faces need. */
export const JSON_BODIES: { readonly [Kind in Exclude<keyof Answers, 'ports'>]: (answer: Answers[Kind]) => string } = {
  port: ({ number, shared }) => decode(portJson(number, portTemplate(shared))),
  service: JSON.stringify,
  suitability: JSON.stringify,
  suggestions: JSON.stringify,
  ranges: JSON.stringify,
  'ephemeral-ranges': JSON.stringify,
  registry: JSON.stringify,
  snapshots: JSON.stringify,
  changes: JSON.stringify,
  search: JSON.stringify,
  assignments: JSON.stringify,
  associations: JSON.stringify,
  association: JSON.stringify,
  audit: JSON.stringify,
  pools: JSON.stringify,
  pool: JSON.stringify,
};

/**
 * Writes the reports of a list of ports as JSON, with commas between them.
 *
 * @param results - The reports, or some of them.
 */
export function portsJson(results: Answers['ports']['results']): string {
  return decode(
    joinBytes(
      results.map(({ number, shared }) => portJson(number, portTemplate(shared))),
      ',',
    ),
  );
}

/** The ETags of which more is known than the bytes of an answer. */
const TAGS: { readonly [Kind in keyof Answers]?: (answer: Answers[Kind]) => string } = {
  port: ({ number, shared }) => portTag(number, portTemplate(shared)),
};

/**
 * Makes the ETag of an answer in JSON where that takes less than to hash it.
 *
 * @param kind - The kind of resource.
 * @param answer - The resource.
 * @returns Nothing where the answer's bytes are to be hashed.
 */
export function jsonTag<Kind extends keyof Answers>(kind: Kind, answer: Answers[Kind]): string | undefined {
  return TAGS[kind]?.(answer);
}
