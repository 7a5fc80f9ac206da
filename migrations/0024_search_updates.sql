-- Words of own entries are indexed once per transaction and not row by row: FTS5 would write its index to the database after
-- each row, which takes 10 times as long. Triggers only note the rows whose search entries are out of date.

CREATE TABLE outdated_search_entry (
  -- A row of association, which may be deleted.
  row INTEGER PRIMARY KEY
) STRICT;

DROP TRIGGER search_own_insert;
DROP TRIGGER search_own_update;
DROP TRIGGER search_own_delete;
DROP TRIGGER search_entry_insert;
DROP TRIGGER search_entry_delete;
DROP TRIGGER search_entry_update;
CREATE TRIGGER search_own_insert AFTER INSERT ON association WHEN new.origin = 'own' BEGIN
  INSERT INTO outdated_search_entry VALUES (new.row) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_own_update AFTER UPDATE ON association WHEN new.origin = 'own' BEGIN
  INSERT INTO outdated_search_entry VALUES (new.row) ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER search_own_delete AFTER DELETE ON association WHEN old.origin = 'own' BEGIN
  INSERT INTO outdated_search_entry VALUES (old.row) ON CONFLICT DO NOTHING;
END;

-- No query reads these indexes since search_words exists.
DROP TABLE assignment_vocabulary;
DROP TABLE association_vocabulary;
DROP TRIGGER association_words_insert;
DROP TRIGGER association_words_delete;
DROP TRIGGER association_words_update;
DROP TABLE assignment_words;
DROP TABLE association_words;
