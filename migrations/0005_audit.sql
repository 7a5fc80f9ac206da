-- Every write, for good: rows are only ever added.

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- UTC, ISO 8601 with milliseconds.
  at TEXT NOT NULL,
  -- The name of a token, or "command line".
  token TEXT NOT NULL,
  request_id TEXT,
  action TEXT NOT NULL CHECK (action IN ('create', 'update', 'delete')),
  kind TEXT NOT NULL CHECK (kind IN ('association', 'token', 'pool')),
  -- The id or name of what was written.
  key TEXT NOT NULL,
  -- JSON of what stood there and of what stands there since.
  "before" TEXT CHECK ("before" IS NULL OR json_valid("before")),
  "after" TEXT CHECK ("after" IS NULL OR json_valid("after")),
  CHECK (("before" IS NULL) = (action = 'create')),
  CHECK (("after" IS NULL) = (action = 'delete'))
) STRICT;

CREATE INDEX audit_key ON audit (key);
CREATE INDEX audit_token ON audit (token);
CREATE INDEX audit_request_id ON audit (request_id);

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit rows are never changed');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN
  SELECT RAISE(ABORT, 'audit rows are never deleted');
END;
-- INSERT OR REPLACE would delete without the trigger above.
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = new.id) BEGIN
  SELECT RAISE(ABORT, 'audit rows are never replaced');
END;
