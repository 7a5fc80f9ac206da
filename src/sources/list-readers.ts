import type { ListName } from '../registry/rows/list-name.ts';
import type { ListRows } from '../registry/rows/list-rows.ts';
import type { SourceFile } from './csv-table.ts';
import { parseIanaCsv } from './iana-csv.ts';
import {
  readAssociations,
  readBlockedPorts,
  readCheckCommands,
  readEphemeralRanges,
  readOtherNames,
  readProminence,
} from './informal-csv.ts';

/** The reader of each list's file. */
export const READERS: { readonly [List in ListName]: (file: SourceFile) => AsyncIterable<ListRows[List]> } = {
  assignments: parseIanaCsv,
  associations: readAssociations,
  'ephemeral-ranges': readEphemeralRanges,
  'check-commands': readCheckCommands,
  'blocked-by-browsers': readBlockedPorts,
  'other-names': readOtherNames,
  prominence: readProminence,
};
