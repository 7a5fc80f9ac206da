-- What imports of the official rows have changed. The rows of one snapshot are those of `assignment`; those of every
-- other one follow from them by the changes on the way, so that only what changes takes space.

CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY,
  -- YYYY-MM-DD. IANA's own file and the bundled list, which is assembled from other sources, may stand for the same day.
  date TEXT NOT NULL,
  bundled INTEGER NOT NULL CHECK (bundled IN (0, 1)),
  source TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  -- UTC, ISO 8601 with milliseconds.
  imported_at TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  -- The snapshot to which its changes are kept: the one before it of the same kind, else the nearest of the other kind.
  parent INTEGER REFERENCES snapshot (id),
  UNIQUE (date, bundled)
) STRICT;

CREATE TABLE registry_change (
  id INTEGER PRIMARY KEY,
  snapshot INTEGER NOT NULL REFERENCES snapshot (id),
  -- Null for what is no news, as when a stretch of unassigned ports is split.
  kind TEXT CHECK (kind IN ('added', 'removed', 'changed', 'renamed', 'deregistered')),
  first_port INTEGER,
  last_port INTEGER,
  -- JSON arrays of IANA's twelve columns, verbatim: the row in the parent and in the snapshot.
  "before" TEXT CHECK (json_valid("before")),
  "after" TEXT CHECK (json_valid("after")),
  name_before TEXT GENERATED ALWAYS AS ("before" ->> 0) VIRTUAL,
  name_after TEXT GENERATED ALWAYS AS ("after" ->> 0) VIRTUAL,
  protocol TEXT GENERATED ALWAYS AS (coalesce("after", "before") ->> 2) VIRTUAL,
  CHECK ("before" NOT NULL OR "after" NOT NULL),
  CHECK ((first_port IS NULL) = (last_port IS NULL))
) STRICT;

CREATE INDEX registry_change_snapshot ON registry_change (snapshot, kind);
CREATE INDEX registry_change_ports ON registry_change (first_port, last_port);
CREATE INDEX registry_change_before ON registry_change (name_before COLLATE NOCASE) WHERE name_before <> '';
CREATE INDEX registry_change_after ON registry_change (name_after COLLATE NOCASE) WHERE name_after <> '';

CREATE TRIGGER snapshot_inserted AFTER INSERT ON snapshot BEGIN
  UPDATE registry_version SET lists = random() >> 12;
END;
CREATE TRIGGER snapshot_updated AFTER UPDATE ON snapshot BEGIN
  UPDATE registry_version SET lists = random() >> 12;
END;
CREATE TRIGGER snapshot_deleted AFTER DELETE ON snapshot BEGIN
  UPDATE registry_version SET lists = random() >> 12;
END;

-- What is loaded is where history begins.
INSERT INTO snapshot (date, bundled, source, sha256, imported_at, row_count, parent)
  SELECT date, bundled, source, sha256, imported_at, row_count, NULL FROM list WHERE name = 'assignments';
