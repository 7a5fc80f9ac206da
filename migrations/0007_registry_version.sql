-- Tells whether answers have changed: by the lists, or by the team's own entries and pools, which touch few ports.
-- Random, so that a backup that is put back never has the number of something else.

CREATE TABLE registry_version (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  lists INTEGER NOT NULL,
  own INTEGER NOT NULL
) STRICT;
INSERT INTO registry_version VALUES (1, random() >> 12, random() >> 12);

CREATE TRIGGER list_inserted AFTER INSERT ON list BEGIN
  UPDATE registry_version SET lists = random() >> 12;
END;
CREATE TRIGGER list_updated AFTER UPDATE ON list BEGIN
  UPDATE registry_version SET lists = random() >> 12;
END;
CREATE TRIGGER list_deleted AFTER DELETE ON list BEGIN
  UPDATE registry_version SET lists = random() >> 12;
END;
CREATE TRIGGER own_entry_inserted AFTER INSERT ON association WHEN new.origin = 'own' BEGIN
  UPDATE registry_version SET own = random() >> 12;
END;
CREATE TRIGGER own_entry_updated AFTER UPDATE ON association WHEN 'own' IN (old.origin, new.origin) BEGIN
  UPDATE registry_version SET own = random() >> 12;
END;
CREATE TRIGGER own_entry_deleted AFTER DELETE ON association WHEN old.origin = 'own' BEGIN
  UPDATE registry_version SET own = random() >> 12;
END;
CREATE TRIGGER pool_inserted AFTER INSERT ON pool BEGIN
  UPDATE registry_version SET own = random() >> 12;
END;
CREATE TRIGGER pool_updated AFTER UPDATE ON pool BEGIN
  UPDATE registry_version SET own = random() >> 12;
END;
CREATE TRIGGER pool_deleted AFTER DELETE ON pool BEGIN
  UPDATE registry_version SET own = random() >> 12;
END;
