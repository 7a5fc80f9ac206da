-- A port and protocol can go to somebody else: such a change is of the kind `replaced`. SQLite cannot change a CHECK, so
-- the table is made anew; ids and registry_change_span stay. The program compares all snapshots again afterwards.
CREATE TABLE registry_change_new (
  id INTEGER PRIMARY KEY,
  snapshot INTEGER NOT NULL REFERENCES snapshot (id),
  -- Null for what is no news, as when a stretch of unassigned ports is split.
  kind TEXT CHECK (kind IN ('added', 'removed', 'changed', 'renamed', 'deregistered', 'replaced')),
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
INSERT INTO registry_change_new (id, snapshot, kind, first_port, last_port, "before", "after")
  SELECT id, snapshot, kind, first_port, last_port, "before", "after" FROM registry_change;
DROP TABLE registry_change;
ALTER TABLE registry_change_new RENAME TO registry_change;

CREATE INDEX registry_change_snapshot ON registry_change (snapshot, kind);
CREATE INDEX registry_change_before ON registry_change (name_before COLLATE NOCASE) WHERE name_before <> '';
CREATE INDEX registry_change_after ON registry_change (name_after COLLATE NOCASE) WHERE name_after <> '';
CREATE TRIGGER registry_change_span_insert AFTER INSERT ON registry_change WHEN new.first_port NOT NULL BEGIN
  INSERT INTO registry_change_span VALUES (new.id, new.first_port, new.last_port);
END;
CREATE TRIGGER registry_change_span_delete AFTER DELETE ON registry_change WHEN old.first_port NOT NULL BEGIN
  DELETE FROM registry_change_span WHERE id = old.id;
END;
