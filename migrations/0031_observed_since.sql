-- Since when the snapshots of a host and source have had the present environment: an entry that no snapshot has seen is missing
-- since then, at the earliest.
ALTER TABLE observed_snapshot ADD COLUMN environment_since TEXT NOT NULL DEFAULT '';
UPDATE observed_snapshot SET environment_since = coalesce(
  (SELECT min(first_seen) FROM observed_socket AS socket
    WHERE socket.host = observed_snapshot.host AND socket.source = observed_snapshot.source), at);

-- The first snapshot with the socket after a day or more without it; null if there was none.
ALTER TABLE observed_socket ADD COLUMN returned_at TEXT;
