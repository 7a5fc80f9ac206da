-- Full-text search over names and what is said of them.
-- The words are split and folded by the program (names at punctuation and where letters meet digits) and kept beside
-- the cells; `derivation` tells by which version of the program's rules, so that a newer one makes them anew.

ALTER TABLE list ADD COLUMN derivation INTEGER NOT NULL DEFAULT 0;

ALTER TABLE assignment ADD COLUMN name_words TEXT NOT NULL DEFAULT '';
ALTER TABLE assignment ADD COLUMN text_words TEXT NOT NULL DEFAULT '';
ALTER TABLE association ADD COLUMN name_words TEXT NOT NULL DEFAULT '';
ALTER TABLE association ADD COLUMN text_words TEXT NOT NULL DEFAULT '';

CREATE VIRTUAL TABLE assignment_words USING fts5(name_words, text_words, content='assignment', content_rowid='id');
-- Filled by imports as a whole, like the spans: row by row it would take twice as long.
INSERT INTO assignment_words (assignment_words) VALUES ('rebuild');

CREATE VIRTUAL TABLE association_words USING fts5(name_words, text_words, content='association', content_rowid='row');
CREATE TRIGGER association_words_insert AFTER INSERT ON association BEGIN
  INSERT INTO association_words (rowid, name_words, text_words) VALUES (new.row, new.name_words, new.text_words);
END;
CREATE TRIGGER association_words_delete AFTER DELETE ON association BEGIN
  INSERT INTO association_words (association_words, rowid, name_words, text_words) VALUES ('delete', old.row, old.name_words, old.text_words);
END;
CREATE TRIGGER association_words_update AFTER UPDATE OF name_words, text_words ON association BEGIN
  INSERT INTO association_words (association_words, rowid, name_words, text_words) VALUES ('delete', old.row, old.name_words, old.text_words);
  INSERT INTO association_words (rowid, name_words, text_words) VALUES (new.row, new.name_words, new.text_words);
END;
INSERT INTO association_words (association_words) VALUES ('rebuild');

-- Which words there are, for the nearest spellings.
CREATE VIRTUAL TABLE assignment_vocabulary USING fts5vocab('assignment_words', 'row');
CREATE VIRTUAL TABLE association_vocabulary USING fts5vocab('association_words', 'row');
