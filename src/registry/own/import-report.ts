import type { Association } from '../rows/association.ts';
import { RegistryError } from '../values/registry-error.ts';
import { OWN_FIELD_NAMES, type OwnEntry } from './own-fields.ts';
import type { SyncScope } from './own-sync.ts';

/** The most entries of an import over the network. */
export const LARGEST_IMPORT = 10_000;

/** The largest report of an import over the network, in characters. */
export const LARGEST_REPORT = 8 * 1024 * 1024;

/** How own entries are imported. */
export interface ImportOptions {
  /** True to report what would be written, and write nothing. */
  readonly isDryRun: boolean;
  /** The entries that the rows replace; null to delete none. */
  readonly scope: SyncScope | null;
  /** The largest report, in characters. */
  readonly largestReport: number;
}

/** What an import does with an entry; `moved` means other ports. */
export const IMPORT_ACTIONS = ['added', 'changed', 'moved', 'removed', 'unchanged'] as const;
export type ImportAction = (typeof IMPORT_ACTIONS)[number];

/** A change of one field. */
export interface FieldChange {
  readonly field: keyof OwnEntry;
  readonly before: unknown;
  readonly after: unknown;
}

/** A conflict of an entry with other entries, pools or the loaded lists. */
export interface ImportWarning {
  readonly code: string;
  readonly severity: string;
  readonly detail: string;
  readonly source: string;
}

/** The entry of a step, in short. */
export interface ImportedEntry
  extends Pick<Association, 'name' | 'firstPort' | 'lastPort' | 'protocols' | 'owner' | 'environment'> {
  /** Null for a new entry in a dry run. */
  readonly id: string | null;
}

/** One step of an import. */
export interface ImportStep {
  readonly action: ImportAction;
  /** The first line of the row in the file, from 1; null for a removed entry. */
  readonly line: number | null;
  /** The entry after the step; for a removed one, before it. */
  readonly entry: ImportedEntry;
  /** The changed fields of a changed or moved entry. */
  readonly changes: readonly FieldChange[];
  /** The conflicts that the step creates, the most severe first. */
  readonly warnings: readonly ImportWarning[];
}

/** The result of an import. */
export interface ImportReport {
  /** True if nothing was written. */
  readonly dryRun: boolean;
  /** The number of steps by action. */
  readonly counts: Readonly<Record<ImportAction, number>>;
  /** The steps in the order of the file, then the removed entries. */
  readonly steps: readonly ImportStep[];
}

/** The lines of a file that were left out. */
export interface SkippedLines {
  readonly count: number;
  /** Their numbers, the first `MOST_LINES`. */
  readonly lines: readonly number[];
}

/** The result of the import of a file. */
export interface ImportAnswer extends ImportReport {
  readonly skipped: SkippedLines;
}

/** The most lines that were left out, by number. */
const MOST_LINES = 100;

/**
 * Counts the lines that were left out.
 *
 * @param lines - Their numbers.
 */
export function toSkippedLines(lines: readonly number[]): SkippedLines {
  return { count: lines.length, lines: lines.slice(0, MOST_LINES) };
}

/** A completed step. */
export interface DoneStep {
  readonly line: number | null;
  /** Null for a new entry. */
  readonly before: Association | null;
  /** Null for a removed entry. */
  readonly after: Association | null;
  readonly warnings: readonly ImportWarning[];
}

/**
 * Reports an import.
 *
 * @param done - The steps.
 * @param options - How they were run.
 * @throws {RegistryError} `too_large` when the report is larger than the options allow.
 */
export function reportImport(done: readonly DoneStep[], { isDryRun, largestReport }: ImportOptions): ImportReport {
  let characters = 0;
  // Their ids exist in the dry run only.
  const added = isDryRun ? done.flatMap(({ before, after }) => (before === null && after !== null ? [after] : [])) : [];
  const names = new Map(added.map(({ id, name }) => [id, name]));
  const steps = done.map((step) => {
    const reported = toImportStep(step, names);
    characters += JSON.stringify(reported).length;
    if (characters <= largestReport) return reported;
    const expected = `the report has more than ${largestReport} characters; import the file in parts`;
    throw new RegistryError('too_large', `Cannot import the entries: ${expected}`);
  });
  const count = (action: ImportAction) => steps.filter((step) => step.action === action).length;
  const counts = Object.fromEntries(IMPORT_ACTIONS.map((action) => [action, count(action)]));
  return { dryRun: isDryRun, counts: counts as ImportReport['counts'], steps };
}

function toImportStep({ line, before, after, warnings }: DoneStep, newNames: ReadonlyMap<string, string>): ImportStep {
  const { id, name, firstPort, lastPort, protocols, owner, environment } = (after ?? before) as Association;
  const entry = { id: newNames.has(id) ? null : id, name, firstPort, lastPort, protocols, owner, environment };
  const changes = before === null || after === null ? [] : changesOf(before, after);
  const named = warnings.map(({ source, ...warning }) => {
    const newName = newNames.get(source);
    return { ...warning, source: newName === undefined ? source : `own entry ${newName}` };
  });
  return { action: actionOf(before, after, changes), line, entry, changes, warnings: named };
}

function changesOf(before: Association, after: Association): FieldChange[] {
  if (before.revision === after.revision) return [];
  return OWN_FIELD_NAMES.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field])).map(
    (field) => {
      return { field, before: before[field], after: after[field] };
    },
  );
}

function actionOf(
  before: Association | null,
  after: Association | null,
  changes: readonly FieldChange[],
): ImportAction {
  if (before === null) return 'added';
  if (after === null) return 'removed';
  if (changes.length === 0) return 'unchanged';
  return changes.some(({ field }) => field === 'firstPort' || field === 'lastPort') ? 'moved' : 'changed';
}
