-- Tokens have ids, so that a name can be given again after a revocation, and can be bound to owners and pools.

ALTER TABLE token RENAME TO earlier_token;

CREATE TABLE token (
  -- 'token-' and 48 random bits in hexadecimal. A row stays when the token is revoked: the audit names its id.
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'admin')),
  -- JSON arrays: the owners and the names of pools to which the token is bound; empty for all.
  owners TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(owners)),
  pools TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(pools)),
  -- UTC, ISO 8601 with milliseconds, as all times.
  created_at TEXT NOT NULL,
  -- The time of the last new secret.
  rotated_at TEXT,
  expires_at TEXT,
  revoked_at TEXT,
  -- The hour of the last use. It is not part of the audit, and changes no registry version.
  last_used_at TEXT,
  CHECK (scope = 'write' OR (owners = '[]' AND pools = '[]'))
) STRICT, WITHOUT ROWID;
INSERT INTO token (id, name, sha256, scope, created_at, expires_at, revoked_at)
  SELECT 'token-' || lower(hex(randomblob(6))), name, sha256, scope, created_at, expires_at, revoked_at FROM earlier_token;
DROP TABLE earlier_token;
CREATE UNIQUE INDEX token_name ON token (name) WHERE revoked_at IS NULL;
