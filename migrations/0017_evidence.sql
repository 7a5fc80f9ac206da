-- What auditors ask of an open port: its reason, who approved it, until when, and on which hosts.

ALTER TABLE association ADD COLUMN justification TEXT;
-- Set together by an approval, cleared by a change of what it approved.
ALTER TABLE association ADD COLUMN approved_by TEXT;
-- UTC, ISO 8601 with milliseconds.
ALTER TABLE association ADD COLUMN approved_at TEXT CHECK ((approved_at IS NULL) = (approved_by IS NULL));
-- Days, YYYY-MM-DD.
ALTER TABLE association ADD COLUMN review_by TEXT;
ALTER TABLE association ADD COLUMN expires_at TEXT;
ALTER TABLE association ADD COLUMN status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('planned', 'active', 'retired'));
-- A JSON array of names, addresses or networks.
ALTER TABLE association ADD COLUMN hosts TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(hosts));
