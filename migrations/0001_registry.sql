-- The registry: the official rows, the informal lists, and which file each of them came from.
-- Own words for own things: a list is a file of rows that is loaded as a whole.

CREATE TABLE list (
  name TEXT PRIMARY KEY,
  origin TEXT NOT NULL CHECK (origin IN ('iana', 'informal')),
  source TEXT NOT NULL,
  -- The day the list stands for, YYYY-MM-DD.
  date TEXT NOT NULL,
  -- UTC, ISO 8601 with milliseconds.
  imported_at TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  -- 1 when it is the list that ships with Portolan, 0 when an operator imported it: the former never replaces the latter.
  bundled INTEGER NOT NULL CHECK (bundled IN (0, 1))
) STRICT, WITHOUT ROWID;

-- IANA's twelve columns verbatim, then what is derived from them so that it can be searched.
CREATE TABLE assignment (
  -- The row's place in the file, from 1.
  id INTEGER PRIMARY KEY,
  service_name TEXT NOT NULL,
  port_number TEXT NOT NULL,
  transport_protocol TEXT NOT NULL,
  description TEXT NOT NULL,
  assignee TEXT NOT NULL,
  contact TEXT NOT NULL,
  registration_date TEXT NOT NULL,
  modification_date TEXT NOT NULL,
  reference TEXT NOT NULL,
  service_code TEXT NOT NULL,
  unauthorized_use_reported TEXT NOT NULL,
  assignment_notes TEXT NOT NULL,
  first_port INTEGER,
  last_port INTEGER,
  state TEXT NOT NULL CHECK (state IN ('assigned', 'recorded', 'reserved', 'deregistered', 'unassigned')),
  CHECK ((first_port IS NULL) = (last_port IS NULL)),
  CHECK (0 <= first_port AND first_port <= last_port AND last_port <= 65535)
) STRICT;

CREATE INDEX assignment_service_name ON assignment (service_name COLLATE NOCASE) WHERE service_name <> '';

-- Which rows contain a port: an R-tree answers in 6 µs where a B-tree over both ends walks half the ranges in 40.
CREATE VIRTUAL TABLE assignment_span USING rtree_i32(id, first_port, last_port);
-- Official rows come and go only as a whole list, so an import fills the spans in one go, without triggers.

CREATE TABLE association (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  used_by TEXT,
  first_port INTEGER NOT NULL,
  last_port INTEGER NOT NULL,
  -- A JSON array of transport protocols.
  protocols TEXT NOT NULL CHECK (json_valid(protocols)),
  category TEXT NOT NULL,
  confidence TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('informal', 'own')),
  note TEXT,
  -- A JSON array of {title, url}.
  sources TEXT NOT NULL CHECK (json_valid(sources)),
  CHECK (0 <= first_port AND first_port <= last_port AND last_port <= 65535)
) STRICT;

CREATE INDEX association_name ON association (name COLLATE NOCASE);

CREATE VIRTUAL TABLE association_span USING rtree_i32(row, first_port, last_port);
CREATE TRIGGER association_span_insert AFTER INSERT ON association BEGIN
  INSERT INTO association_span VALUES (new.row, new.first_port, new.last_port);
END;
CREATE TRIGGER association_span_delete AFTER DELETE ON association BEGIN
  DELETE FROM association_span WHERE row = old.row;
END;
CREATE TRIGGER association_span_update AFTER UPDATE OF first_port, last_port ON association BEGIN
  UPDATE association_span SET first_port = new.first_port, last_port = new.last_port WHERE row = old.row;
END;

CREATE TABLE ephemeral_range (
  id INTEGER PRIMARY KEY,
  system TEXT NOT NULL,
  title TEXT NOT NULL,
  version TEXT,
  current INTEGER NOT NULL CHECK (current IN (0, 1)),
  first_port INTEGER NOT NULL,
  last_port INTEGER NOT NULL,
  how_to_read TEXT,
  how_to_change TEXT,
  note TEXT,
  source_title TEXT NOT NULL,
  source_url TEXT NOT NULL,
  CHECK (0 <= first_port AND first_port <= last_port AND last_port <= 65535)
) STRICT;

CREATE TABLE check_command (
  id INTEGER PRIMARY KEY,
  system TEXT NOT NULL,
  tool TEXT NOT NULL,
  command TEXT NOT NULL,
  needs_root INTEGER NOT NULL CHECK (needs_root IN (0, 1)),
  -- A JSON array: transport protocols, or any.
  questions TEXT NOT NULL CHECK (json_valid(questions))
) STRICT;

CREATE TABLE blocked_port (
  port INTEGER PRIMARY KEY CHECK (port BETWEEN 0 AND 65535),
  name TEXT
) STRICT;
