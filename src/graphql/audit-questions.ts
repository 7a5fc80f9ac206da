import { ANY_WRITE, type AuditFilter, type AuditRow, parseTime } from '../registry/audit.ts';
import { DEFAULT_PAGE, parseWholeNumber } from '../registry/values/page.ts';
import { runInSteps } from '../registry/values/run-step.ts';
import { type ConnectionArguments, parsePageArguments, toConnection } from './connection.ts';
import type { Context } from './context.ts';

/** The arguments of `audit`. */
interface AuditArguments extends ConnectionArguments {
  readonly filter?: { readonly [Name in keyof AuditFilter]?: AuditFilter[Name] } | null;
}

/** The resolver of the audit log. It needs a token of the scope `admin`. */
export const AUDIT_QUERY = {
  audit: async (_root: unknown, { filter, ...asked }: AuditArguments, context: Context) => {
    const { authorize, markCacheable, registry, work } = context;
    markCacheable(false);
    authorize('admin');
    const request = parsePageArguments(asked, DEFAULT_PAGE);
    const { event = null, since = null, until = null, ...others } = filter ?? {};
    const selected: AuditFilter = {
      ...{ ...ANY_WRITE, ...others },
      event: event === null ? null : parseWholeNumber(String(event), 'event', 1, Number.MAX_SAFE_INTEGER),
      since: since === null ? null : parseTime(since, 'since'),
      until: until === null ? null : parseTime(until, 'until'),
    };
    const { count, results } = await runInSteps(registry.audit(selected, request), work.run);
    return work.run(() => {
      const connection = toConnection({ count, results: results.map(toRow) }, request);
      return { ...connection, head: registry.auditHead()?.hash ?? null };
    });
  },
};

/** Converts a row. The values of a write have several types: they are JSON, as in the CSV of REST. */
function toRow({ before, after, ...row }: AuditRow) {
  return { ...row, before: toJson(before), after: toJson(after) };
}

function toJson(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
