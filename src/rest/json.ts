import { type ByteText, decode, encode, joinBytes } from '../byte-text.ts';
import { isCrowded, portReport } from '../registry/report/port-report.ts';
import { inChunks, type Steps } from '../registry/values/run-step.ts';
import { portJson, portTag, portTemplate } from './port-json.ts';
import type { Answers, PortAnswer } from './route.ts';

/** The JSON renderer of each kind of answer. */
export const JSON_BODIES: {
  readonly [Kind in Exclude<keyof Answers, 'ports'>]: (answer: Answers[Kind]) => string | Steps<string>;
} = {
  port: (answer) => (isCrowded(answer.shared) ? crowdedPortJson(answer) : decode(answerJson(answer))),
  service: listJson,
  suitability: JSON.stringify,
  suggestions: JSON.stringify,
  ranges: JSON.stringify,
  'ephemeral-ranges': JSON.stringify,
  registry: JSON.stringify,
  snapshots: JSON.stringify,
  changes: listJson,
  search: listJson,
  assignments: listJson,
  associations: listJson,
  association: JSON.stringify,
  'allowed-ports': listJson,
  due: listJson,
  'audit-events': listJson,
  audit: listJson,
  conflicts: listJson,
  pools: JSON.stringify,
  pool: JSON.stringify,
  observations: listJson,
  drift: listJson,
  'own-changes': listJson,
};

/**
 * Renders a report with many own entries as JSON, in steps.
 *
 * @param answer - The report.
 */
export function crowdedPortJson({ number, shared, observed }: Omit<PortAnswer, 'protocol'>): Steps<string> {
  return listJson(portReport(number, shared, observed));
}

/** Renders an answer with a long list as `JSON.stringify` does. */
function* listJson(answer: object): Steps<string> {
  const fields: string[] = [];
  for (const [name, value] of Object.entries(answer)) {
    const json = Array.isArray(value)
      ? `[${(yield* inChunks(value, (rows) => rows.map((row) => JSON.stringify(row)).join(','))).join(',')}]`
      : JSON.stringify(value);
    fields.push(`${JSON.stringify(name)}:${json}`);
  }
  return `{${fields.join(',')}}`;
}

/**
 * Renders reports of a list of ports as JSON, separated by commas.
 *
 * @param results - The reports.
 */
export function portsJson(results: Answers['ports']['results']): ByteText {
  return joinBytes(results.map(answerJson), ',');
}

/** The end of a report without its observed use. */
const NOT_OBSERVED = 'null}';

function answerJson({ number, shared, observed }: PortAnswer): ByteText {
  const json = portJson(number, portTemplate(shared));
  if (observed === undefined) return json;
  return `${json.slice(0, -NOT_OBSERVED.length)}${encode(JSON.stringify(observed))}}` as ByteText;
}

/** The kinds of answers with an ETag that is computed without the bytes of the answer. */
const TAGS: { readonly [Kind in keyof Answers]?: (answer: Answers[Kind]) => string | undefined } = {
  port: ({ number, shared, observed }) =>
    observed === undefined && !isCrowded(shared) ? portTag(number, portTemplate(shared)) : undefined,
};

/**
 * Returns the ETag of an answer in JSON, if there is a cheaper one than a hash of its bytes.
 *
 * @param kind - The kind of resource.
 * @param answer - The resource.
 * @returns Undefined if the caller must hash the bytes of the answer.
 */
export function jsonTag<Kind extends keyof Answers>(kind: Kind, answer: Answers[Kind]): string | undefined {
  return TAGS[kind]?.(answer);
}
