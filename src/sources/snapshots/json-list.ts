import type { RunStep } from '../../registry/values/run-step.ts';
import { findItems, type JsonItem, type JsonList } from '../json-items.ts';
import { isRecord, type JsonRecord, parseJson } from './json-record.ts';
import { refuseSnapshot } from './parsed-snapshot.ts';

/** The longest element, in characters: the largest object that Kubernetes stores, and its indentation. */
const LONGEST_ITEM = 2 * 1024 * 1024;

/** The characters of the elements that one step parses: a few milliseconds. */
const STEP_CHARACTERS = 128 * 1024;

/** A list of a text, and the text around it. */
export interface FoundList {
  readonly items: readonly JsonItem[];
  /** The text with a 0 for each element. */
  readonly frame: string;
}

/**
 * Finds a list in JSON.
 *
 * @param text - The text.
 * @param list - The list.
 * @returns Null for a text without the list.
 * @throws {RegistryError} `invalid_argument` for a text that is nested too deeply.
 */
export function findList(text: string, list: JsonList): FoundList | null {
  const found = findItems(text, list);
  if (found === null || !('tooDeep' in found)) return found;
  return refuseSnapshot(`line ${found.tooDeep}`, null, `expected JSON of at most ${list.deepest} levels`);
}

/**
 * Parses the elements of a list, one by one.
 *
 * @param text - The text.
 * @param items - The elements.
 * @param name - The name of the list.
 * @param run - Runs the steps.
 * @param add - Receives each element, and its place.
 * @throws {RegistryError} `invalid_argument` for an element that is no object.
 */
export async function parseItems(
  text: string,
  items: readonly JsonItem[],
  name: string,
  run: RunStep,
  add: (record: JsonRecord, place: string) => void,
): Promise<void> {
  let index = 0;
  const step = (): void => {
    let characters = 0;
    for (; characters < STEP_CHARACTERS && index < items.length; index++) {
      const { start = 0, end = 0 } = items[index] ?? {};
      const place = `${name} ${index + 1}`;
      characters += end - start;
      const value = end - start > LONGEST_ITEM ? undefined : parseJson(text.slice(start, end));
      if (!isRecord(value)) refuseSnapshot(place, text.slice(start, end), 'expected a JSON object');
      else add(value, place);
    }
  };
  while (index < items.length) await run(step);
}
