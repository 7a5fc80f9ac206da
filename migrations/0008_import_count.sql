-- How often imports of a list have ended in each way, and the last of them: most imports are made by another program
-- than the server whose figures tell of them.
CREATE TABLE import_count (
  list TEXT NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('changed', 'unchanged', 'failed')),
  count INTEGER NOT NULL,
  -- ISO 8601 in UTC with milliseconds.
  last_at TEXT NOT NULL,
  last_ms REAL NOT NULL,
  last_rows INTEGER NOT NULL,
  PRIMARY KEY (list, result)
) STRICT, WITHOUT ROWID;
