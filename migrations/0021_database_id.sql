-- Tells two databases apart: commands compare it with the id in /readyz. A restored backup gets a new one.

CREATE TABLE database_id (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- 128 random bits in hexadecimal.
  value TEXT NOT NULL CHECK (length(value) = 32)
) STRICT;
INSERT INTO database_id VALUES (1, lower(hex(randomblob(16))));
