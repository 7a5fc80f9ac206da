-- Stretches of ports that are given to teams.

CREATE TABLE pool (
  name TEXT PRIMARY KEY,
  -- A JSON array of {firstPort, lastPort}, lowest first, without overlaps.
  ranges TEXT NOT NULL CHECK (json_valid(ranges)),
  -- A JSON array of transport protocols.
  protocols TEXT NOT NULL CHECK (json_valid(protocols)),
  owner TEXT
) STRICT, WITHOUT ROWID;
