import type { ChangeHistory } from '../registry/change-history.ts';
import type { HistoryRange } from '../registry/history/history.ts';
import { type Fault, RegistryError } from '../registry/values/registry-error.ts';
import { runAllSteps } from '../registry/values/run-step.ts';
import { OWN_CHANGE_FILTERS, parseAuditQuery } from '../rest/audit.ts';
import { CONFLICT_FILTERS } from '../rest/conflicts.ts';
import { DRIFT_FILTERS, parseDriftFilter } from '../rest/drift.ts';
import { listChanges } from '../rest/history.ts';
import { OBSERVATION_FILTERS, parseObservationFilter } from '../rest/observations.ts';
import type { Query } from '../rest/query.ts';
import type { Answers, ResourceRequest } from '../rest/route.ts';
import { OWN_FILTERS } from '../rest/rows.ts';
import { driftPage, observationsPage } from '../web/observed/observed-pages.ts';
import { auditPage } from '../web/pages/audit-page.ts';
import { conflictsPage } from '../web/pages/conflicts-page.ts';
import { changesPage, historyPage } from '../web/pages/history-pages.ts';
import { assignmentsPage, associationsPage } from '../web/pages/list-pages.ts';
import { portsPage } from '../web/pages/ports-page.ts';
import { searchPage } from '../web/pages/search-page.ts';
import { suitabilityPage } from '../web/pages/suitability-page.ts';
import { address } from '../web/parts/address.ts';
import { ownChangesPage } from '../web/reports/own-changes-page.ts';
import { SUGGESTION_PARAMETERS } from '../web/suggestions/suggestion-form.ts';
import { type PageSource, showSuggestions } from './html.ts';
import type { Rendering } from './rendering.ts';

/** The page of a resource without its answer: the form to ask for it. */
export interface FormPage {
  /** The parameter without which the page has an empty form; null for none. */
  readonly needs: string | null;
  /** The parameters that the form has fields for. */
  readonly fields: readonly string[];
  /** Renders the page; null where this path has no form. */
  readonly page: (source: PageSource) => Rendering | null;
  /** Throws if a parameter is invalid, for a page without its answer. */
  readonly check?: (query: Query) => void;
}
type FormPages = { readonly [Kind in keyof Answers]?: FormPage };

const ROW_FIELDS = ['q', 'port', 'service', 'protocol'];

const AUDIT_FORM: FormPage = {
  needs: null,
  fields: ['token', 'action', 'event', 'id', 'requestId', 'since', 'until'],
  page: ({ input, registry }) => auditPage(input, registry.info().date),
  check: parseAuditQuery,
};

/** The pages for requests of browsers without the required parameter, or with invalid ones. */
export const FORM_PAGES: FormPages = {
  // The form for the state as of a date is on the page of the port's history.
  port: { needs: null, fields: ['asOf'], page: showPortAsOf },
  ports: {
    needs: 'ports',
    fields: ['ports', 'protocol', 'asOf'],
    page: ({ input, registry }) => portsPage(input, null, registry.info().date),
  },
  suitability: {
    needs: null,
    fields: ['protocol', 'environment'],
    page: ({ input, registry, question }) =>
      suitabilityPage(Number(question.parts.port), input, null, registry.info().date),
  },
  suggestions: { needs: null, fields: SUGGESTION_PARAMETERS, page: (source) => showSuggestions(null, source) },
  changes: {
    needs: null,
    fields: ['since', 'until', 'port', 'service', 'protocol', 'kind'],
    page: ({ input, registry, question }) =>
      question.parts.port === undefined ? changesPage(input, historyRange(registry), registry.info().date) : null,
  },
  search: {
    needs: 'q',
    fields: ['q', 'origin', 'protocol', 'range', 'state', 'category'],
    page: ({ input, registry }) => searchPage(input, null, registry.info().date),
  },
  assignments: {
    needs: null,
    fields: [...ROW_FIELDS, 'state'],
    page: ({ input, registry }) => assignmentsPage(input, null, registry.info().date),
  },
  associations: {
    needs: null,
    fields: [...ROW_FIELDS, 'origin', 'category', ...OWN_FILTERS, 'sort'],
    page: ({ input, registry }) => associationsPage(input, null, registry.info().date),
  },
  'own-changes': {
    needs: null,
    fields: OWN_CHANGE_FILTERS,
    page: ({ input, registry }) => ownChangesPage(input, null, registry.ownSummary(), registry.info().date),
  },
  conflicts: {
    needs: null,
    fields: CONFLICT_FILTERS,
    page: ({ input, registry }) => conflictsPage(input, null, registry.ownSummary(), registry.info().date),
  },
  observations: {
    needs: null,
    fields: OBSERVATION_FILTERS,
    page: ({ input, registry }) => observationsPage(input, registry.info().date),
    check: parseObservationFilter,
  },
  drift: {
    needs: null,
    fields: DRIFT_FILTERS,
    page: ({ input, registry }) => driftPage(input, registry.info().date),
    check: parseDriftFilter,
  },
  audit: AUDIT_FORM,
  'audit-events': AUDIT_FORM,
};

/**
 * Renders the form of a page again, with each fault beside its field.
 *
 * @param kind - The kind of resource.
 * @param error - The error of the request.
 * @param source - The entered values.
 * @returns The page; null if one of the faults has no field, or the error is another one.
 */
export function invalidFormPage(kind: keyof Answers, error: unknown, source: PageSource): string | null {
  const form = FORM_PAGES[kind];
  const faults = error instanceof RegistryError && error.code === 'invalid_argument' ? (error.errors ?? []) : [];
  const { values } = source.input;
  const isInForm = ({ parameter }: Fault): boolean =>
    values.has(parameter) && form?.fields.includes(parameter) === true;
  if (form === undefined || faults.length === 0 || !faults.every(isInForm)) return null;
  return renderForm(form, { ...source, input: { values, faults } });
}

/**
 * Renders the page of a form, at once: it has no long list.
 *
 * @param form - The form.
 * @param source - The entered values.
 * @returns The page; null where the path has no form.
 */
export function renderForm(form: FormPage, source: PageSource): string | null {
  const page = form.page(source);
  return page === null || typeof page === 'string' ? page : runAllSteps(page);
}

function historyRange(registry: ChangeHistory): HistoryRange {
  const { firstSnapshot, lastSnapshot } = listChanges(registry, NO_CONDITIONS);
  return { firstSnapshot, lastSnapshot };
}

/** A request for the first change of all. */
const NO_CONDITIONS: ResourceRequest = { path: '', parts: {}, query: new Map([['limit', '1']]) };

function showPortAsOf({ registry, question, input }: PageSource): Rendering {
  const { port } = question.parts;
  const history = { path: address(`/ports/${port}/history`), parts: { port }, query: new Map<string, string>() };
  const list = listChanges(registry, history);
  return historyPage(Number(port), history.query, list, registry.info().date, input);
}
