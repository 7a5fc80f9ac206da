-- Search results: official rows of one service and port together, each use, and each port that another name leads to.

-- A JSON array of five texts, computed by the program: keys of names, of their parts, of users, of descriptions; words of names.
ALTER TABLE assignment ADD COLUMN search_keys TEXT NOT NULL DEFAULT '["","","","",""]' CHECK (json_valid(search_keys));
ALTER TABLE association ADD COLUMN search_keys TEXT NOT NULL DEFAULT '["","","","",""]' CHECK (json_valid(search_keys));

CREATE TABLE search_entry (
  -- The order of equal matches, so that a full-text query returns the best ones without sorting. Own entries have negative ids.
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('assignment', 'association')),
  -- A JSON array: ids of assignment, or one row of association; empty for a port that has only other names.
  entry_rows TEXT NOT NULL CHECK (json_valid(entry_rows)),
  name TEXT,
  first_port INTEGER,
  last_port INTEGER,
  -- A JSON array of transport protocols; empty for all.
  protocols TEXT NOT NULL CHECK (json_valid(protocols)),
  prominence INTEGER NOT NULL CHECK (prominence BETWEEN 1 AND 3),
  state TEXT,
  origin TEXT NOT NULL,
  category TEXT,
  -- 1 for one port of a wider row: a search for a port finds the row itself.
  is_part INTEGER NOT NULL DEFAULT 0 CHECK (is_part IN (0, 1)),
  -- Keys and words by which the entry is found, for the index below.
  main_names TEXT NOT NULL DEFAULT '',
  names TEXT NOT NULL DEFAULT '',
  later_names TEXT NOT NULL DEFAULT '',
  parts TEXT NOT NULL DEFAULT '',
  users TEXT NOT NULL DEFAULT '',
  descriptions TEXT NOT NULL DEFAULT '',
  name_words TEXT NOT NULL DEFAULT '',
  text_words TEXT NOT NULL DEFAULT ''
) STRICT;

-- The first id of each group of entries: prominence 3, 2, 1, and those without a port.
CREATE TABLE search_group (
  id INTEGER PRIMARY KEY CHECK (id BETWEEN 0 AND 3),
  first_entry INTEGER NOT NULL
) STRICT;

-- Filled by imports as a whole; triggers maintain own entries.
CREATE VIRTUAL TABLE search_span USING rtree_i32(id, first_port, last_port);
CREATE VIRTUAL TABLE search_words USING fts5(main_names, names, later_names, parts, users, descriptions, name_words, text_words,
  content='search_entry', content_rowid='id');

CREATE TRIGGER search_own_insert AFTER INSERT ON association WHEN new.origin = 'own' BEGIN
  INSERT INTO search_entry (id, kind, entry_rows, name, first_port, last_port, protocols, prominence, origin, category,
    names, parts, users, name_words, text_words)
  VALUES (-new.row, 'association', json_array(new.row), new.name, new.first_port, new.last_port, new.protocols, 3, 'own', new.category,
    new.search_keys ->> 0, new.search_keys ->> 1, new.search_keys ->> 2, new.search_keys ->> 4, new.text_words);
END;
CREATE TRIGGER search_own_update AFTER UPDATE ON association WHEN new.origin = 'own' BEGIN
  UPDATE search_entry SET name = new.name, first_port = new.first_port, last_port = new.last_port, protocols = new.protocols,
    category = new.category, names = new.search_keys ->> 0, parts = new.search_keys ->> 1,
    users = new.search_keys ->> 2, name_words = new.search_keys ->> 4, text_words = new.text_words
  WHERE id = -new.row;
END;
CREATE TRIGGER search_own_delete AFTER DELETE ON association WHEN old.origin = 'own' BEGIN
  DELETE FROM search_entry WHERE id = -old.row;
END;

CREATE TRIGGER search_entry_insert AFTER INSERT ON search_entry WHEN new.id < 0 BEGIN
  INSERT INTO search_span VALUES (new.id, new.first_port, new.last_port);
  INSERT INTO search_words (rowid, main_names, names, later_names, parts, users, descriptions, name_words, text_words)
  VALUES (new.id, '', new.names, '', new.parts, new.users, '', new.name_words, new.text_words);
END;
CREATE TRIGGER search_entry_delete AFTER DELETE ON search_entry WHEN old.id < 0 BEGIN
  DELETE FROM search_span WHERE id = old.id;
  INSERT INTO search_words (search_words, rowid, main_names, names, later_names, parts, users, descriptions, name_words, text_words)
  VALUES ('delete', old.id, '', old.names, '', old.parts, old.users, '', old.name_words, old.text_words);
END;
CREATE TRIGGER search_entry_update AFTER UPDATE ON search_entry WHEN new.id < 0 BEGIN
  UPDATE search_span SET first_port = new.first_port, last_port = new.last_port WHERE id = old.id;
  INSERT INTO search_words (search_words, rowid, main_names, names, later_names, parts, users, descriptions, name_words, text_words)
  VALUES ('delete', old.id, '', old.names, '', old.parts, old.users, '', old.name_words, old.text_words);
  INSERT INTO search_words (rowid, main_names, names, later_names, parts, users, descriptions, name_words, text_words)
  VALUES (new.id, '', new.names, '', new.parts, new.users, '', new.name_words, new.text_words);
END;
