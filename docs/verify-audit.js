// Computes the hash chain of the audit log again, without code of Portolan: node docs/verify-audit.js FILE [NOTED HEAD]
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

const [file, noted] = process.argv.slice(2);
const rows = new DatabaseSync(file, { readOnly: true })
  .prepare(
    `SELECT id, event, at, token, token_id AS tokenId, request_id AS requestId, idempotency_key AS idempotencyKey,
       request_hash AS requestHash, reservation_key AS reservationKey, action, kind, key, "before", "after", hash
     FROM audit ORDER BY id`,
  )
  .all();

let previous = null;
let isNotedFound = noted === undefined;
for (const { hash, ...fields } of rows) {
  const present = Object.entries({ previous, ...fields }).filter(([, value]) => value !== null);
  const text = JSON.stringify(Object.fromEntries(present));
  if (createHash('sha256').update(text).digest('hex') !== hash) {
    console.error(`broken at row ${fields.id}`);
    process.exit(1);
  }
  previous = hash;
  isNotedFound ||= hash === noted;
}
if (!isNotedFound) {
  console.error(`no row has the hash ${noted}`);
  process.exit(1);
}
console.log(`${rows.length} rows, head ${previous}`);
