-- A database can be a node of a shared register, whose log is in PostgreSQL. Its audit log then also has the imports of lists, as
-- the kind 'list': the id of the last row is the position of the node.

CREATE TABLE shared_node (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- The random id of the shared register, in hexadecimal.
  register TEXT NOT NULL CHECK (length(register) = 32)
) STRICT;

DROP TRIGGER audit_no_update;
DROP TRIGGER audit_no_delete;
DROP TRIGGER audit_no_replace;
DROP INDEX audit_event;
DROP INDEX audit_key;
DROP INDEX audit_token;
DROP INDEX audit_request_id;
DROP INDEX audit_idempotency_key;
DROP INDEX audit_reservation_key;
DROP INDEX audit_released;
ALTER TABLE audit RENAME TO earlier_audit;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The id of the first row of the same transaction: the rows of an import are one event.
  event INTEGER NOT NULL,
  -- UTC, ISO 8601 with milliseconds.
  at TEXT NOT NULL,
  -- The name of a token, or "command line".
  token TEXT NOT NULL,
  request_id TEXT,
  -- The Idempotency-Key of the request, in the first row of its event, and the SHA-256 of the route and body.
  idempotency_key TEXT,
  request_hash TEXT,
  -- The key of the reservation that created the entry.
  reservation_key TEXT,
  action TEXT NOT NULL CHECK (action IN ('create', 'update', 'delete')),
  kind TEXT NOT NULL CHECK (kind IN ('association', 'token', 'pool', 'list')),
  -- The id or name of what was written.
  key TEXT NOT NULL,
  -- JSON of what stood there and of what stands there since.
  "before" TEXT CHECK ("before" IS NULL OR json_valid("before")),
  "after" TEXT CHECK ("after" IS NULL OR json_valid("after")),
  -- In hexadecimal.
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  token_id TEXT,
  CHECK (("before" IS NULL) = (action = 'create')),
  CHECK (("after" IS NULL) = (action = 'delete')),
  CHECK ((idempotency_key IS NULL) = (request_hash IS NULL))
) STRICT;
INSERT INTO audit (id, event, at, token, request_id, idempotency_key, request_hash, reservation_key, action, kind, key, "before", "after", hash, token_id)
  SELECT id, event, at, token, request_id, idempotency_key, request_hash, reservation_key, action, kind, key, "before", "after", hash, token_id
  FROM earlier_audit ORDER BY id;
DROP TABLE earlier_audit;

CREATE INDEX audit_event ON audit (event);
CREATE INDEX audit_key ON audit (key);
CREATE INDEX audit_token ON audit (token);
CREATE INDEX audit_request_id ON audit (request_id);
CREATE UNIQUE INDEX audit_idempotency_key ON audit (idempotency_key, token_id) WHERE idempotency_key IS NOT NULL;
CREATE INDEX audit_reservation_key ON audit (reservation_key) WHERE reservation_key IS NOT NULL;
CREATE INDEX audit_released ON audit (at) WHERE kind = 'association' AND coalesce("before" ->> 'status', 'active') <> 'retired'
  AND (action = 'delete' OR (action = 'update' AND (coalesce("after" ->> 'status', 'active') = 'retired'
    OR "before" ->> 'firstPort' <> "after" ->> 'firstPort' OR "before" ->> 'lastPort' <> "after" ->> 'lastPort'
    OR "before" ->> 'protocols' <> "after" ->> 'protocols' OR "before" ->> 'environment' IS NOT "after" ->> 'environment')));

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
