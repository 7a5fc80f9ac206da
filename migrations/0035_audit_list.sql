-- The audit log is filtered and counted over this index: a row has 1 kB with the entries, an entry of the index 0.1 kB. Rows of an event
-- follow each other, so the order by event and id is that by id.
DROP INDEX audit_event;
CREATE INDEX audit_list ON audit (event, id, at, action, token);
