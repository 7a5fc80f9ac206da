import { nameWords } from '../../registry/search/entry-keys.ts';
import { type NameCandidate, selectTarget } from '../../registry/search/name-target.ts';
import { searchKey, searchWords } from '../../registry/search/search-words.ts';
import type { TransportProtocol } from '../../registry/values/transport-protocol.ts';
import type { Connection } from '../file/database.ts';
import { rebuildSql } from '../tables/derive.ts';
import { INSERT_OWN_SEARCH_ENTRIES } from '../tables/own-search-entries.ts';

/** The columns of an entry that are copied from `new_entry`. */
const COLUMNS = `kind, entry_rows, name, first_port, last_port, protocols, prominence, state, origin, category, is_part,
  main_names, names, later_names, parts, users, descriptions, name_words, text_words`;

/** Removes the entries, also those of own entries: all of them are inserted again. */
const CLEAR = `DELETE FROM search_entry; DELETE FROM search_span; DELETE FROM search_group;
  CREATE TEMP TABLE new_entry AS SELECT *, 0 AS demotion FROM search_entry;
  CREATE UNIQUE INDEX temp.new_entry_id ON new_entry (id);`;

/** Official rows of one name, port and state are one entry; rows without a name have their description as name. */
const ADD_OFFICIAL = `
  INSERT INTO new_entry (id, kind, entry_rows, name, first_port, last_port, protocols, prominence, state, origin, is_part,
    main_names, names, later_names, parts, users, descriptions, name_words, text_words, demotion)
  SELECT NULL, 'assignment', json_group_array(id), nullif(assignment.service_name, ''), first_port, last_port,
    iif(min(transport_protocol) = '', '[]', json_group_array(DISTINCT transport_protocol)),
    max(coalesce(prominence.prominence, 1)), state, 'iana', 0,
    '', search_keys ->> 0, '', search_keys ->> 1, search_keys ->> 2, search_keys ->> 3, search_keys ->> 4,
    group_concat(DISTINCT text_words),
    (assignment.service_name = '' OR state NOT IN ('assigned', 'recorded')) * 2
      + (assignment_notes LIKE '%alias to "%' OR assignment_notes LIKE '%duplicate of the "%')
  FROM assignment LEFT JOIN prominence ON prominence.port = assignment.first_port
    AND prominence.protocol = assignment.transport_protocol AND prominence.service_name = assignment.service_name
  GROUP BY assignment.service_name COLLATE NOCASE, iif(assignment.service_name = '', description, ''),
    first_port, last_port, state`;

const ADD_INFORMAL = `
  INSERT INTO new_entry (id, kind, entry_rows, name, first_port, last_port, protocols, prominence, origin, category, is_part,
    main_names, names, later_names, parts, users, descriptions, name_words, text_words, demotion)
  SELECT NULL, 'association', json_array(row), name, first_port, last_port, protocols, prominence, origin, category, 0,
    '', search_keys ->> 0, '', search_keys ->> 1, search_keys ->> 2, '', search_keys ->> 4, text_words,
    (confidence = 'disputed') + (category = 'malware')
  FROM association WHERE origin = 'informal'`;

const NUMBER_ENTRIES = 'UPDATE new_entry SET id = rowid';

/** The order of equal matches. Groups are intervals of ids. */
const STORE = `
  INSERT INTO search_entry (id, ${COLUMNS})
  SELECT row_number() OVER (
    ORDER BY first_port IS NULL, prominence DESC, demotion, last_port > first_port, kind, length(name), name, first_port
  ), ${COLUMNS} FROM new_entry;
  DROP TABLE new_entry;
  ${INSERT_OWN_SEARCH_ENTRIES};
  DELETE FROM outdated_search_entry;
  INSERT INTO search_span SELECT id, first_port, last_port FROM search_entry WHERE first_port NOT NULL;
  INSERT INTO search_group
    SELECT 0, coalesce(min(id), 0) FROM search_entry WHERE id > 0
    UNION ALL SELECT 1, (SELECT 1 + count(*) FROM search_entry WHERE id > 0 AND first_port NOT NULL AND prominence > 2)
    UNION ALL SELECT 2, (SELECT 1 + count(*) FROM search_entry WHERE id > 0 AND first_port NOT NULL AND prominence > 1)
    UNION ALL SELECT 3, (SELECT 1 + count(*) FROM search_entry WHERE id > 0 AND first_port NOT NULL);
  ${rebuildSql('search_words')}`;

/** A named entry with a port. */
interface Candidate extends NameCandidate {
  readonly id: number;
}

interface OtherNameRow {
  readonly name: string;
  readonly port: number;
  readonly protocols: string;
  readonly place: number;
}

/** The other names of an entry. */
interface NamesOfEntry {
  /** Names that mean the port first. */
  readonly main: string[];
  readonly later: string[];
}

/**
 * Rebuilds the table of search entries from the rows, other names and prominences.
 *
 * @param db - A connection in a transaction.
 */
export function rebuildSearchEntries(db: Connection): void {
  db.exec(`${CLEAR} ${ADD_OFFICIAL}; ${ADD_INFORMAL}; ${NUMBER_ENTRIES};`);
  addOtherNames(db);
  db.exec(STORE);
}

/** Adds other names to the entries that they mean. A name for a later port of a range, or for a port without rows, gets its own entry. */
function addOtherNames(db: Connection): void {
  const names = db
    .prepare<[], OtherNameRow>('SELECT name, port, protocols, place FROM other_name ORDER BY place, id')
    .all();
  if (names.length === 0) return;
  const entriesAt = indexByPort(candidates(db), new Set(names.map(({ port }) => port)));
  const found = new Map<number, NamesOfEntry>();
  const places = new Map<string, Set<number>>();
  const parts = new Map<string, number>();
  const addPart = db.prepare(`
    INSERT INTO new_entry (id, ${COLUMNS}, demotion)
    SELECT ?, kind, entry_rows, name, ?, ?, protocols, prominence, state, origin, category, 1, '', '', '', '', '', '', '', '',
      demotion FROM new_entry WHERE id = ?`);
  const addNameless = db.prepare(`
    INSERT INTO new_entry (id, kind, entry_rows, name, first_port, last_port, protocols, prominence, origin, category,
      is_part, main_names, names, later_names, parts, users, descriptions, name_words, text_words, demotion)
    VALUES (?, 'association', '[]', ?, ?, ?, ?, 1, 'informal', NULL, 0, '', '', '', '', '', '', '', '', 0)`);
  let lastId = db.prepare('SELECT max(id) FROM new_entry').pluck().get() as number;
  for (const { name, port, protocols, place } of names) {
    const ports = getOrInsert(places, searchKey(name), () => new Set());
    if (ports.has(port)) continue;
    ports.add(port);
    const target = selectTarget(name, JSON.parse(protocols) as TransportProtocol[], entriesAt.get(port) ?? []);
    let id = target?.id;
    if (target === undefined || target.firstPort < port) {
      const key = `${port} ${id}`;
      id = parts.get(key);
      if (id === undefined) {
        id = ++lastId;
        parts.set(key, id);
        if (target === undefined) addNameless.run(id, name, port, port, protocols);
        else addPart.run(id, port, port, target.id);
      }
    }
    const of = getOrInsert(found, id as number, () => ({ main: [], later: [] }));
    (place === 1 ? of.main : of.later).push(name);
  }
  const update = db.prepare(`
    UPDATE new_entry SET main_names = ?, later_names = ?, name_words = name_words || ?, text_words = text_words || ?
    WHERE id = ?`);
  for (const [id, { main, later }] of found) {
    const words = main.length === 0 ? '' : ` ${nameWords(['', ...main])}`;
    update.run(keysOf(main), keysOf(later), words, ` ${searchWords(later.join(' ')).join(' ')}`, id);
  }
}

function keysOf(names: readonly string[]): string {
  return [...new Set(names.map(searchKey))].join(' ');
}

/** Reads the entries with a name and a port. */
function candidates(db: Connection): Candidate[] {
  const rows = db.prepare<
    [],
    Record<'id' | 'firstPort' | 'lastPort' | 'prominence', number> &
      Record<'kind' | 'protocols' | 'keys' | 'words', string>
  >(
    `SELECT id, kind, first_port AS firstPort, last_port AS lastPort, protocols, prominence, names AS keys,
       name_words || ' ' || text_words AS words
     FROM new_entry WHERE first_port NOT NULL AND name NOT NULL`,
  );
  return rows.all().map(({ kind, protocols, keys, words, ...entry }) => ({
    ...entry,
    isOfficial: kind === 'assignment',
    protocols: JSON.parse(protocols) as TransportProtocol[],
    keys: new Set(keys.split(' ')),
    words: new Set(words.split(/[ ,]/)),
  }));
}

/** Groups entries by the asked ports that they contain. */
function indexByPort(entries: readonly Candidate[], ports: ReadonlySet<number>): Map<number, Candidate[]> {
  const found = new Map<number, Candidate[]>();
  for (const entry of entries) {
    for (let port = entry.firstPort; port <= entry.lastPort; port++) {
      if (ports.has(port)) getOrInsert(found, port, () => []).push(entry);
    }
  }
  return found;
}

function getOrInsert<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = create();
  map.set(key, value);
  return value;
}
