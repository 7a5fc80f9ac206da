-- The filter `q` of lists reads these indexes, which the step before dropped. That of uses has no triggers: each transaction that
-- writes own entries ends with one update of its rows, as that of search_words.

CREATE VIRTUAL TABLE assignment_words USING fts5(name_words, text_words, content='assignment', content_rowid='id');
INSERT INTO assignment_words (assignment_words) VALUES ('rebuild');

-- Without content: the old words of a row are not known any more when its new ones are added.
CREATE VIRTUAL TABLE association_words USING fts5(name_words, text_words, content='', contentless_delete=1);
INSERT INTO association_words (rowid, name_words, text_words) SELECT row, name_words, text_words FROM association ORDER BY row;
