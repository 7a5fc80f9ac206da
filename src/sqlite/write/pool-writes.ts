import type { Advice } from '../../registry/advice/advice.ts';
import type { Pool } from '../../registry/advice/advice-facts.ts';
import { applyPoolPatch, checkPool, findPool, type PoolPatch, type PoolReport } from '../../registry/advice/pool.ts';
import type { AuditedPool } from '../../registry/audit.ts';
import type { Author } from '../../registry/own/token.ts';
import type { Connection } from '../file/database.ts';
import type { AdviceReads } from '../read/advice-reads.ts';
import type { AuditLog } from '../tables/audit-log.ts';

/** The parts of a connection that writes of pools use. */
export interface PoolParts {
  readonly db: Connection;
  readonly rows: AdviceReads;
  readonly advice: Advice;
  readonly audit: AuditLog;
}

/** Writes pools. The caller runs each method in a transaction. */
export class PoolWrites {
  readonly #parts: PoolParts;

  /** @param parts - The parts of the connection. */
  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  /** Creates a pool; as `OwnRegistry.createPool`. */
  create(pool: Pool, by: Author): PoolReport {
    const { db, rows, audit } = this.#parts;
    checkPool(pool, rows.pools(), null);
    const insert = db.prepare('INSERT INTO pool (name, ranges, protocols, owner) VALUES (?, ?, ?, ?)');
    insert.run(pool.name, ...valuesOf(pool));
    audit.add({ kind: 'pool', key: pool.name, before: null, after: auditedPool(pool) }, by);
    return this.#report(pool.name);
  }

  /** Changes a pool; as `OwnRegistry.updatePool`. */
  update(name: string, patch: PoolPatch, by: Author): PoolReport {
    const { db, rows, audit } = this.#parts;
    const pools = rows.pools();
    const before = findPool(name, pools);
    const pool = applyPoolPatch(before, patch);
    checkPool(pool, pools, before);
    const [was, is] = [auditedPool(before), auditedPool(pool)];
    if (JSON.stringify(was) !== JSON.stringify(is)) {
      const update = db.prepare('UPDATE pool SET ranges = ?, protocols = ?, owner = ? WHERE name = ?');
      update.run(...valuesOf(pool), name);
      audit.add({ kind: 'pool', key: name, before: was, after: is }, by);
    }
    return this.#report(name);
  }

  /** Deletes a pool; as `OwnRegistry.deletePool`. */
  remove(name: string, by: Author): PoolReport {
    const { db, rows, audit } = this.#parts;
    const pool = findPool(name, rows.pools());
    const report = this.#report(name);
    db.prepare('DELETE FROM pool WHERE name = ?').run(name);
    audit.add({ kind: 'pool', key: name, before: auditedPool(pool), after: null }, by);
    return report;
  }

  #report(name: string): PoolReport {
    return this.#parts.advice.pools().find((pool) => pool.name === name) as PoolReport;
  }
}

function valuesOf({ spans, protocols, owner }: Pool): [string, string, string | null] {
  return [JSON.stringify(spans), JSON.stringify(protocols), owner];
}

function auditedPool({ name, spans: ranges, protocols, owner }: Pool): AuditedPool {
  return { name, ranges, protocols, owner };
}
