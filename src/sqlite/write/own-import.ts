import type { Pool } from '../../registry/advice/advice-facts.ts';
import { findPool } from '../../registry/advice/pool.ts';
import { type HeldWarning, toWarnings } from '../../registry/conflicts/warnings.ts';
import {
  type DoneStep,
  type ImportOptions,
  type ImportReport,
  reportImport,
} from '../../registry/own/import-report.ts';
import type { OwnEntry, OwnPatch } from '../../registry/own/own-fields.ts';
import { type OwnRow, type OwnStep, planImport } from '../../registry/own/own-import.ts';
import { planSync } from '../../registry/own/own-sync.ts';
import type { Author } from '../../registry/own/token.ts';
import type { Association } from '../../registry/rows/association.ts';
import { DryRun } from '../file/dry-run.ts';

/** The writes that an import consists of, as parts of its transaction. */
export interface ImportWrites {
  readonly create: (entry: OwnEntry, by: Author) => Association;
  readonly update: (id: string, patch: OwnPatch, revision: number | null, by: Author) => Association;
  readonly remove: (id: string, revision: number | null, by: Author) => Association;
  /** Returns the conflicts of each written entry, by id. */
  readonly check: (action: string) => Map<string, readonly HeldWarning[]>;
}

/** The stored rows that an import is compared with. */
export interface ImportRows {
  ownEntries(): Association[];
  pools(): readonly Pool[];
}

/**
 * Imports own entries inside a transaction, each with its row in the audit log.
 *
 * @param writes - The writes.
 * @param stored - The stored rows.
 * @param rows - The rows of the file.
 * @param options - How they are imported.
 * @param by - The author.
 * @throws {DryRun} In a dry run.
 * @throws {RegistryError} As `OwnRegistry.importRows`.
 */
export function importRows(
  writes: ImportWrites,
  stored: ImportRows,
  rows: readonly OwnRow[],
  options: ImportOptions,
  by: Author,
): ImportReport {
  const existing = stored.ownEntries();
  const { scope } = options;
  const poolOf = (name: string) => findPool(name, stored.pools(), 'invalid_argument', { parameter: 'pool' });
  const steps = scope === null ? planImport(rows, existing) : planSync(rows, existing, scope, poolOf);
  const done = steps.map((step) => runStep(writes, step, by));
  const found = writes.check('import the entries');
  const warned = done.map((step) => ({ ...step, warnings: toWarnings(found.get(step.after?.id ?? '') ?? []) }));
  const report = reportImport(warned, options);
  if (options.isDryRun) throw new DryRun(report);
  return report;
}

function runStep(writes: ImportWrites, step: OwnStep, by: Author): DoneStep {
  if (step.action === 'delete') {
    const before = writes.remove(step.before.id, step.before.revision, by);
    return { line: null, before, after: null, warnings: [] };
  }
  const { line } = step;
  if (step.action === 'create') {
    return { line, before: null, after: writes.create(step.entry, by), warnings: [] };
  }
  const { before, patch } = step;
  return { line, before, after: writes.update(before.id, patch, before.revision, by), warnings: [] };
}
