-- The writes that released ports of own entries, by time: the quarantine of released ports reads them.

CREATE INDEX audit_released ON audit (at) WHERE kind = 'association' AND coalesce("before" ->> 'status', 'active') <> 'retired'
  AND (action = 'delete' OR (action = 'update' AND (coalesce("after" ->> 'status', 'active') = 'retired'
    OR "before" ->> 'firstPort' <> "after" ->> 'firstPort' OR "before" ->> 'lastPort' <> "after" ->> 'lastPort'
    OR "before" ->> 'protocols' <> "after" ->> 'protocols')));
