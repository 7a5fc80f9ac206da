-- A scan says nothing of the ports that it did not try. A listening socket on such a port keeps the time of the last snapshot with it.
ALTER TABLE observed_socket RENAME TO earlier_socket;
DROP INDEX observed_socket_place;
DROP INDEX observed_socket_host;
DROP INDEX observed_socket_port;
CREATE TABLE observed_socket (
  id INTEGER PRIMARY KEY,
  host TEXT NOT NULL,
  source TEXT NOT NULL,
  address_scope TEXT NOT NULL CHECK (address_scope IN ('any', 'loopback', 'link-local', 'address')),
  protocol TEXT NOT NULL CHECK (protocol IN ('tcp', 'udp', 'sctp', 'dccp')),
  port INTEGER NOT NULL CHECK (port BETWEEN 0 AND 65535),
  -- The name of the process, the container or the service; null if no snapshot had it.
  process TEXT,
  first_seen TEXT NOT NULL,
  -- The last snapshot with the socket; null if that is the last one of its host and source.
  last_seen TEXT,
  -- The first snapshot without the socket; null while it is listening.
  gone_at TEXT,
  CHECK (gone_at IS NULL OR last_seen IS NOT NULL),
  FOREIGN KEY (host, source) REFERENCES observed_snapshot (host, source) ON DELETE CASCADE
) STRICT;
INSERT INTO observed_socket (id, host, source, address_scope, protocol, port, process, first_seen, last_seen, gone_at)
  SELECT id, host, source, address_scope, protocol, port, process, first_seen, last_seen, gone_at FROM earlier_socket;
DROP TABLE earlier_socket;
CREATE UNIQUE INDEX observed_socket_place ON observed_socket (host, source, address_scope, protocol, port, coalesce(process, ''));
CREATE INDEX observed_socket_host ON observed_socket (host, port, protocol, address_scope, process, source);
CREATE INDEX observed_socket_port ON observed_socket (port, host, protocol, address_scope, process, source);
