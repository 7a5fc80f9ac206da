-- The place of a port among those that another name means: 1 for the port that is meant first.
ALTER TABLE other_name ADD COLUMN place INTEGER NOT NULL DEFAULT 1 CHECK (place >= 1);
