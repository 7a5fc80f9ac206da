-- An entry that leaves an environment releases its ports there.

DROP INDEX audit_released;
CREATE INDEX audit_released ON audit (at) WHERE kind = 'association' AND coalesce("before" ->> 'status', 'active') <> 'retired'
  AND (action = 'delete' OR (action = 'update' AND (coalesce("after" ->> 'status', 'active') = 'retired'
    OR "before" ->> 'firstPort' <> "after" ->> 'firstPort' OR "before" ->> 'lastPort' <> "after" ->> 'lastPort'
    OR "before" ->> 'protocols' <> "after" ->> 'protocols' OR "before" ->> 'environment' IS NOT "after" ->> 'environment')));
