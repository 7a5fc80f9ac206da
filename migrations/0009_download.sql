-- What a web server said of the file that a list was last downloaded as, so that the next time it can be asked whether
-- there is another one. It counts only while the list is still the one of this sha256.
CREATE TABLE download (
  list TEXT PRIMARY KEY,
  address TEXT NOT NULL,
  etag TEXT,
  -- The date of the header field Last-Modified, as it came.
  last_modified TEXT,
  sha256 TEXT NOT NULL
) STRICT, WITHOUT ROWID;
