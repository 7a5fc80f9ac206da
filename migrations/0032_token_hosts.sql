-- A JSON array: the hosts of which a token of the scope 'observe' may send snapshots; empty for all.
ALTER TABLE token ADD COLUMN hosts TEXT NOT NULL DEFAULT '[]'
  CHECK (json_valid(hosts) AND (scope = 'observe' OR hosts = '[]'));
