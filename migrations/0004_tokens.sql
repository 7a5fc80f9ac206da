-- Who may write. The token itself is kept nowhere: only its SHA-256, in hexadecimal.

CREATE TABLE token (
  -- Names the bearer in the audit, so a row stays when the token is revoked, and its name is not given again.
  name TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'admin')),
  -- UTC, ISO 8601 with milliseconds.
  created_at TEXT NOT NULL,
  expires_at TEXT,
  revoked_at TEXT
) STRICT, WITHOUT ROWID;
