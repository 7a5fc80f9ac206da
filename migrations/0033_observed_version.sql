-- The version of what is observed: it changes when a socket appears or goes, and not with each snapshot. It is not part of
-- registry_version, so no cached response depends on it.
CREATE TABLE observed_version (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL
) STRICT;
INSERT INTO observed_version VALUES (1, random() >> 12);

CREATE TRIGGER observed_version_add AFTER INSERT ON observed_socket BEGIN
  UPDATE observed_version SET version = random() >> 12;
END;
CREATE TRIGGER observed_version_change AFTER UPDATE OF process, gone_at ON observed_socket
WHEN old.process IS NOT new.process OR (old.gone_at IS NULL) <> (new.gone_at IS NULL) BEGIN
  UPDATE observed_version SET version = random() >> 12;
END;
CREATE TRIGGER observed_version_remove AFTER DELETE ON observed_socket WHEN old.gone_at IS NULL BEGIN
  UPDATE observed_version SET version = random() >> 12;
END;
CREATE TRIGGER observed_version_environment AFTER UPDATE OF environment ON observed_snapshot
WHEN old.environment IS NOT new.environment BEGIN
  UPDATE observed_version SET version = random() >> 12;
END;
