import type { RunStep } from '../../registry/values/run-step.ts';
import { findItems, type JsonItem, type JsonItems } from '../json-items.ts';
import { isRecord, type JsonRecord, parseJson } from '../json-record.ts';
import { refuseSnapshot } from './parsed-snapshot.ts';

/** The longest element, in characters. A pod has up to 256 KiB of annotations. */
const LONGEST_ITEM = 512 * 1024;

/** The most elements of a list. */
const MOST_ITEMS = 50_000;

/** The most levels of nesting. */
const DEEPEST = 64;

/** The characters of the elements that one step parses: a few milliseconds. */
const STEP_CHARACTERS = 128 * 1024;

/**
 * Finds a list in JSON.
 *
 * @param text - The text.
 * @param name - The name of the member that has the list.
 * @param levels - The most levels of objects around the list.
 * @returns Null for a text without the list.
 * @throws {RegistryError} `invalid_argument` for a text that is nested too deeply, or a list that is too long.
 */
export function findList(text: string, name: string, levels: number): JsonItems | null {
  const found = findItems(text, { name, levels, deepest: DEEPEST, most: MOST_ITEMS });
  return found !== null && 'expected' in found ? refuseSnapshot(`line ${found.line}`, null, found.expected) : found;
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
