import type { Association } from '../registry/rows/association.ts';
import { type Export, pages } from './exports.ts';
import { ownCsv } from './own-files.ts';

/** Generates own entries as CSV with all fields that a client writes. `own import` reads it. */
export const ownCsvExport: Export = async function* (registry, { filter }, run) {
  let isFirst = true;
  for await (const entries of pages((page) => registry.associations(filter, page), run)) {
    const header = isFirst;
    yield await run(() => ownCsv(entries, header));
    isFirst = false;
  }
};

/** Generates own entries as JSON, one in each line of the list. `own import` reads it. */
export const ownJsonExport: Export = async function* (registry, { filter }, run) {
  let separator = '';
  yield '[\n';
  for await (const entries of pages((page) => registry.associations(filter, page), run)) {
    const before = separator;
    yield await run(() => before + entries.map(toJson).join(',\n'));
    separator = ',\n';
  }
  yield '\n]\n';
};

/** Generates own entries as NDJSON, one in each line. */
export const ownNdjsonExport: Export = async function* (registry, { filter }, run) {
  for await (const entries of pages((page) => registry.associations(filter, page), run))
    yield await run(() => entries.map((entry) => `${toJson(entry)}\n`).join(''));
};

function toJson(entry: Association): string {
  return JSON.stringify(entry);
}
