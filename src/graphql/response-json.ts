import type { ApolloServerPlugin } from '@apollo/server';
import type { FormattedExecutionResult } from 'graphql';
import { STEP_CHARACTERS } from '../registry/report-source.ts';
import { RegistryError } from '../registry/values/registry-error.ts';
import type { Context } from './context.ts';
import type { Work } from './turns.ts';

/** The length of a nested list from which on its items are written one by one. */
const LONG_LIST = 32;

/** The depth of the lists of a response: `data.ports`, `data.assignments.nodes`. */
const LIST_DEPTH = 3;

/** The work of requests, by the data of their responses. */
const works = new WeakMap<object, Work>();

/** Stores the work of each request with the data of its response, for `stringifyResult`. */
export function keepWork(): ApolloServerPlugin<Context> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ response: { body }, contextValue }) => {
        const data = body.kind === 'single' ? body.singleResult.data : undefined;
        if (data) works.set(data, contextValue.work);
      },
    }),
  };
}

/**
 * Writes a response of Apollo as JSON, and a line feed.
 *
 * @param response - The response.
 */
export async function stringifyResult(response: FormattedExecutionResult): Promise<string> {
  const work = response.data && works.get(response.data);
  return `${work ? await stringifyInTurns(response, work) : JSON.stringify(response)}\n`;
}

/**
 * Writes a response as `JSON.stringify` does. Other requests get turns after each 256 KiB of text: 1,000 ports with all fields have
 * 5 MB, which take 25 ms.
 *
 * @param response - The response.
 * @param work - The work of the request.
 * @returns The text; an empty one if the client has disconnected.
 */
export async function stringifyInTurns(response: object, { turn }: Pick<Work, 'turn'>): Promise<string> {
  let text = '';
  let next = STEP_CHARACTERS;
  for (const piece of piecesOf(response, 0)) {
    text += piece;
    if (text.length < next) continue;
    try {
      await turn();
      next = text.length + STEP_CHARACTERS;
    } catch (error) {
      if (!(error instanceof RegistryError)) return '';
      // The processor time is used up, but the text is all that remains to be done.
      next = Number.POSITIVE_INFINITY;
    }
  }
  return text;
}

function* piecesOf(value: unknown, depth: number): Generator<string> {
  if (Array.isArray(value)) {
    yield '[';
    for (const [index, item] of value.entries()) {
      if (index > 0) yield ',';
      yield* piecesOf(item, depth + 1);
    }
    yield ']';
  } else if (isLarge(value, depth)) {
    let before = '{';
    for (const [name, field] of Object.entries(value)) {
      // A response without errors has the field `errors: undefined`.
      if (field === undefined) continue;
      yield `${before}${JSON.stringify(name)}:`;
      yield* piecesOf(field, depth + 1);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  } else yield JSON.stringify(value);
}

/** Returns whether an object is written field by field: it may contain the lists of a response, or has a long list. */
function isLarge(value: unknown, depth: number): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return depth < LIST_DEPTH || Object.values(value).some((field) => Array.isArray(field) && field.length > LONG_LIST);
}
