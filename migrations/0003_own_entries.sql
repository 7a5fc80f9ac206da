-- What a team notes of its own entries. Informal uses have none of it.

ALTER TABLE association ADD COLUMN owner TEXT;
ALTER TABLE association ADD COLUMN contact TEXT;
ALTER TABLE association ADD COLUMN environment TEXT;
ALTER TABLE association ADD COLUMN link TEXT;
-- A JSON array of words.
ALTER TABLE association ADD COLUMN tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags));
-- How often an own entry was written, from 1: a change names the one that it has seen.
ALTER TABLE association ADD COLUMN revision INTEGER CHECK ((revision IS NULL) = (origin <> 'own'));
