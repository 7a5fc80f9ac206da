-- Which changes touch a port, as for the rows themselves: a B-tree would walk half of all changes for a high port.
CREATE VIRTUAL TABLE registry_change_span USING rtree_i32(id, first_port, last_port);
INSERT INTO registry_change_span SELECT id, first_port, last_port FROM registry_change WHERE first_port NOT NULL;
CREATE TRIGGER registry_change_span_insert AFTER INSERT ON registry_change WHEN new.first_port NOT NULL BEGIN
  INSERT INTO registry_change_span VALUES (new.id, new.first_port, new.last_port);
END;
CREATE TRIGGER registry_change_span_delete AFTER DELETE ON registry_change WHEN old.first_port NOT NULL BEGIN
  DELETE FROM registry_change_span WHERE id = old.id;
END;
DROP INDEX registry_change_ports;
