import type { AccessRecords } from '../registry/access-records.ts';
import type { Catalogue } from '../registry/catalogue.ts';
import { DUE_DAYS, dayIn, type OwnReportFilter } from '../registry/own/own-report.ts';
import type { Association } from '../registry/rows/association.ts';
import { LARGEST_PAGE, parseWholeNumber } from '../registry/values/page.ts';
import { type List, toList } from './list.ts';
import { parsePage, type Query } from './query.ts';
import type { AllowedPorts, ResourceRequest } from './route.ts';

/** Lists the active own entries, with the head of the audit's hash chain. */
export function listAllowedPorts(registry: Catalogue & AccessRecords, { path, query }: ResourceRequest): AllowedPorts {
  const request = parsePage(query, LARGEST_PAGE);
  const list = toList(registry.allowedPorts(parseFilter(query), request), request, path, query);
  return { ...list, auditHead: registry.auditHead()?.hash ?? null };
}

/** Lists the own entries that become due within some days. */
export function listDueEntries(registry: Catalogue, { path, query }: ResourceRequest): List<Association> {
  const request = parsePage(query, LARGEST_PAGE);
  const written = query.get('days');
  const days = written === undefined ? DUE_DAYS.default : parseWholeNumber(written, 'days', 0, DUE_DAYS.largest);
  return toList(registry.dueEntries(dayIn(days), parseFilter(query), request), request, path, query);
}

function parseFilter(query: Query): OwnReportFilter {
  const of = (name: string) => query.get(name) ?? null;
  return { owner: of('owner'), environment: of('environment'), tag: of('tag') };
}
