-- The sockets that hosts have reported. No row here changes registry_version: no other response depends on them.

CREATE TABLE observed_snapshot (
  -- A host name (RFC 1123), in lower case.
  host TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('sockets', 'docker', 'kubernetes', 'ansible', 'nmap')),
  environment TEXT,
  -- SHA-256 of the rows of the last snapshot, in hexadecimal.
  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
  -- The time of the last snapshot: UTC, ISO 8601 with milliseconds, as all times.
  at TEXT NOT NULL,
  PRIMARY KEY (host, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE observed_socket (
  id INTEGER PRIMARY KEY,
  host TEXT NOT NULL,
  source TEXT NOT NULL,
  address_scope TEXT NOT NULL CHECK (address_scope IN ('any', 'loopback', 'link-local', 'address')),
  protocol TEXT NOT NULL CHECK (protocol IN ('tcp', 'udp', 'sctp', 'dccp')),
  port INTEGER NOT NULL CHECK (port BETWEEN 0 AND 65535),
  -- The name of the process; null if no snapshot had it.
  process TEXT,
  first_seen TEXT NOT NULL,
  -- The last snapshot with the socket, and the first one without it; null while the socket is in the last snapshot.
  last_seen TEXT,
  gone_at TEXT,
  CHECK ((last_seen IS NULL) = (gone_at IS NULL)),
  FOREIGN KEY (host, source) REFERENCES observed_snapshot (host, source) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX observed_socket_place ON observed_socket (host, source, address_scope, protocol, port, coalesce(process, ''));

-- Tokens of the scope 'observe' send snapshots, and may do nothing else.
ALTER TABLE token RENAME TO earlier_token;
DROP INDEX token_name;
CREATE TABLE token (
  -- 'token-' and 48 random bits in hexadecimal. A row stays when the token is revoked: the audit names its id.
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
  scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'admin', 'observe')),
  -- JSON arrays: the owners and the names of pools to which the token is bound; empty for all.
  owners TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(owners)),
  pools TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(pools)),
  created_at TEXT NOT NULL,
  -- The time of the last new secret.
  rotated_at TEXT,
  expires_at TEXT,
  revoked_at TEXT,
  -- The hour of the last use. It is not part of the audit, and changes no registry version.
  last_used_at TEXT,
  CHECK (scope = 'write' OR (owners = '[]' AND pools = '[]'))
) STRICT, WITHOUT ROWID;
INSERT INTO token (id, name, sha256, scope, owners, pools, created_at, rotated_at, expires_at, revoked_at, last_used_at)
  SELECT id, name, sha256, scope, owners, pools, created_at, rotated_at, expires_at, revoked_at, last_used_at FROM earlier_token;
DROP TABLE earlier_token;
CREATE UNIQUE INDEX token_name ON token (name) WHERE revoked_at IS NULL;
