-- Other names of ports, and how likely a service or a use is meant when somebody names or sees a port.

CREATE TABLE other_name (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  port INTEGER NOT NULL CHECK (port BETWEEN 0 AND 65535),
  -- A JSON array of transport protocols.
  protocols TEXT NOT NULL CHECK (json_valid(protocols)),
  -- A JSON array of {title, url}.
  sources TEXT NOT NULL CHECK (json_valid(sources))
) STRICT;
CREATE INDEX other_name_name ON other_name (name COLLATE NOCASE);
CREATE INDEX other_name_port ON other_name (port);

-- The prominence of official rows, 1 to 3. A row that is not in this table has 1.
CREATE TABLE prominence (
  service_name TEXT NOT NULL COLLATE NOCASE,
  -- The first port of the row.
  port INTEGER NOT NULL CHECK (port BETWEEN 0 AND 65535),
  protocol TEXT NOT NULL,
  prominence INTEGER NOT NULL CHECK (prominence BETWEEN 1 AND 3),
  -- A JSON array of the codes in data/README.md.
  evidence TEXT NOT NULL CHECK (json_valid(evidence)),
  -- A JSON array of {title, url}.
  sources TEXT NOT NULL CHECK (json_valid(sources)),
  PRIMARY KEY (port, protocol, service_name)
) STRICT, WITHOUT ROWID;

-- The prominence of a use. Own entries have 3.
ALTER TABLE association ADD COLUMN prominence INTEGER NOT NULL DEFAULT 1 CHECK (prominence BETWEEN 1 AND 3);
-- A JSON array of further names of an own entry.
ALTER TABLE association ADD COLUMN other_names TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(other_names));
UPDATE association SET prominence = 3 WHERE origin = 'own';
