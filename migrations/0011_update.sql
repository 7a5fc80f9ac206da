-- How the last update of a list from the place where it is published ended. Who updates sets the time from which the list
-- counts as stale: answers need to know nothing but the clock.
CREATE TABLE update_attempt (
  list TEXT PRIMARY KEY,
  -- Times are UTC, ISO 8601 with milliseconds.
  tried_at TEXT NOT NULL,
  result TEXT NOT NULL CHECK (result IN ('changed', 'unchanged', 'failed')),
  -- Of one that failed, why: the code of the error.
  failure TEXT CHECK ((failure IS NULL) = (result <> 'failed')),
  -- When one last ended well.
  succeeded_at TEXT,
  stale_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
