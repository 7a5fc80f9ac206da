import { CLIENT_FIELDS } from '../../registry/own/own-fields.ts';
import { type AssignmentCells, type AssignmentState, toAssignment } from '../../registry/rows/assignment.ts';
import type { Association } from '../../registry/rows/association.ts';
import { type EntryKeys, entryKeys } from '../../registry/search/entry-keys.ts';
import { searchWords } from '../../registry/search/search-words.ts';

/**
 * The version of the rules below and of `compareRows`. Increase it when their results change: stored rows and changes of an
 * older version are then recomputed.
 */
export const DERIVATION = 5;

/**
 * Returns the SQL that rebuilds a full-text index from its content, as one segment: FTS5 opens each segment for each word of a
 * query. With the 5 segments that a rebuild leaves, searches take 1.5 times the time.
 *
 * @param index - The index.
 */
export function rebuildSql(index: string): string {
  return `INSERT INTO ${index} (${index}) VALUES ('rebuild'); INSERT INTO ${index} (${index}) VALUES ('optimize')`;
}

/** The SQL that rebuilds the index of the words of official rows, which the filter `q` of lists reads. */
export const REBUILD_ASSIGNMENT_WORDS = rebuildSql('assignment_words');

/** The SQL that rebuilds the index of the words of uses. */
export const REBUILD_ASSOCIATION_WORDS = `INSERT INTO association_words (association_words) VALUES ('delete-all');
  INSERT INTO association_words (rowid, name_words, text_words) SELECT row, name_words, text_words FROM association ORDER BY row`;

/**
 * The derived columns of an official row: its state, the words of its name and of its other columns, its search keys. The
 * column of the state is for filters and counts. Rows that are read compute their state again: that takes 0.1 µs, as reading
 * the column does.
 */
export type DerivedAssignment = readonly [
  state: AssignmentState,
  nameWords: string,
  textWords: string,
  searchKeys: string,
];

/**
 * Computes the derived columns of an official row, for search and filters.
 *
 * @param cells - The 12 columns, verbatim.
 */
export function deriveAssignment(cells: AssignmentCells): DerivedAssignment {
  const { state, description, notes, unauthorizedUse, aliasOf } = toAssignment(cells, null);
  const text = [cells.portNumber, cells.transportProtocol, aliasOf, description, unauthorizedUse, notes];
  const names = cells.serviceName === '' ? [] : [cells.serviceName];
  const keys = entryKeys(
    names,
    [],
    [description, notes].filter((text) => text !== null),
  );
  return [state, joinWords(names), joinWords(text), toJson(keys)];
}

/** The derived columns of a use: the words of its name and of its other columns, its search keys. */
export type DerivedAssociation = readonly [nameWords: string, textWords: string, searchKeys: string];

/** The values of a searched field. */
type SearchedValue = string | null | readonly string[];

/** The fields of a use whose words searches find, in addition to name, ports and protocols. */
const SEARCHED = CLIENT_FIELDS.flatMap(([name, { isSearched }]) => (isSearched ? [name] : []));

/**
 * Computes the derived columns of an informal or own use, for search.
 *
 * @param row - The use.
 */
export function deriveAssociation(row: Association): DerivedAssociation {
  const ports = row.firstPort === row.lastPort ? [row.firstPort] : [row.firstPort, row.lastPort];
  return [
    joinWords([row.name]),
    joinWords([...ports.map(String), ...row.protocols, ...SEARCHED.flatMap((name) => row[name] as SearchedValue)]),
    toJson(entryKeys([row.name, ...row.otherNames], row.usedBy === null ? [] : [row.usedBy], [])),
  ];
}

function toJson({ names, parts, users, descriptions, words }: EntryKeys): string {
  return JSON.stringify([names, parts, users, descriptions, words]);
}

function joinWords(texts: readonly (string | null)[]): string {
  return searchWords(texts.filter((text) => text !== null).join(' ')).join(' ');
}
