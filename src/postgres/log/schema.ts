/**
 * The format of the log. Increase it when an earlier version cannot apply the rows that this one appends. A node raises the format of
 * an older log when it connects; the nodes of earlier versions then answer reads and refuse writes.
 */
export const LOG_FORMAT = 1;

/** The oldest format whose rows this version applies. */
export const OLDEST_FORMAT = 1;

/** The channel of the notifications about new rows. */
export const CHANNEL = 'portolan';

/**
 * The tables of a shared register. One locked row gives the numbers of the log, so that none is missing and rows become visible
 * in their order. JSON is text: `jsonb` reorders keys, and the hash of a row covers the text.
 */
export const SCHEMA = `
CREATE TABLE portolan_head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  register text NOT NULL,
  format integer NOT NULL,
  seq bigint NOT NULL,
  hash text,
  base_seq bigint NOT NULL,
  base_hash text,
  bundled text NOT NULL,
  last_update text
);
COMMENT ON TABLE portolan_head IS 'The last row of the log. A writer locks this row.';
COMMENT ON COLUMN portolan_head.bundled IS 'The version of Portolan whose bundled lists are in the log.';
COMMENT ON COLUMN portolan_head.last_update IS 'The result of the last update of the official rows, as JSON.';

CREATE TABLE portolan_log (
  seq bigint PRIMARY KEY,
  event bigint NOT NULL,
  at text NOT NULL,
  token text NOT NULL,
  token_id text,
  request_id text,
  idempotency_key text,
  request_hash text,
  reservation_key text,
  action text NOT NULL,
  kind text NOT NULL,
  key text NOT NULL,
  before text,
  after text,
  hash text NOT NULL,
  token_sha256 text
);
COMMENT ON TABLE portolan_log IS 'The audit log of all nodes. Rows are never changed.';

CREATE TABLE portolan_list (
  seq bigint PRIMARY KEY,
  list text NOT NULL,
  day text NOT NULL,
  sha256 text NOT NULL,
  imported_at text NOT NULL,
  file bytea NOT NULL
);
COMMENT ON TABLE portolan_list IS 'The files of imported lists, compressed with gzip, by their row in the log.';

CREATE TABLE portolan_base (
  part integer PRIMARY KEY,
  bytes bytea NOT NULL
);
COMMENT ON TABLE portolan_base IS 'The SQLite file with which the log begins, compressed with gzip.';

CREATE TABLE portolan_observed_head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  seq bigint NOT NULL DEFAULT 0,
  removed bigint NOT NULL DEFAULT 0
);
INSERT INTO portolan_observed_head DEFAULT VALUES;
COMMENT ON TABLE portolan_observed_head IS 'The number of the last snapshot of a host. A writer of a snapshot locks this row.';
COMMENT ON COLUMN portolan_observed_head.removed IS 'The number of the last snapshot that deleted other hosts.';

CREATE TABLE portolan_observed (
  host text NOT NULL,
  source text NOT NULL,
  seq bigint NOT NULL,
  at text NOT NULL,
  sha256 text NOT NULL,
  rows bytea NOT NULL,
  PRIMARY KEY (host, source)
);
CREATE INDEX portolan_observed_seq ON portolan_observed (seq);
COMMENT ON TABLE portolan_observed IS 'The sockets of hosts with their history, as JSON compressed with gzip. The last snapshot wins.';

CREATE FUNCTION portolan_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of this table are never changed';
END $$;
CREATE TRIGGER portolan_log_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON portolan_log EXECUTE FUNCTION portolan_fixed();
CREATE TRIGGER portolan_list_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON portolan_list EXECUTE FUNCTION portolan_fixed();
`;
