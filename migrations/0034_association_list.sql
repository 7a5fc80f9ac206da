-- Lists of uses are filtered and sorted over this index: a row has 1 kB with its texts, an entry of the index 0.1 kB. Its first columns
-- are the order by port.
CREATE INDEX association_list ON association (first_port, last_port, id, origin, status, name, owner, environment, category, tags,
  protocols, review_by, expires_at);
