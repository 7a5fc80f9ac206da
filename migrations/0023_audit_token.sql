-- The audit names the id of the token beside its name, which another token can have later. Rows of earlier versions have none:
-- a row without a value in a column keeps its hash.

ALTER TABLE audit ADD COLUMN token_id TEXT;

-- An Idempotency-Key belongs to a token, not to all tokens that had its name.
DROP INDEX audit_idempotency_key;
CREATE UNIQUE INDEX audit_idempotency_key ON audit (idempotency_key, token_id) WHERE idempotency_key IS NOT NULL;
