import type { Registry } from '../registry/registry.ts';
import { showSuitability, suggestPorts } from './advice.ts';
import { listAudit, listAuditEvents, listOwnChanges, OWN_CHANGE_FILTERS } from './audit.ts';
import { CONFLICT_FILTERS, listConflicts } from './conflicts.ts';
import { DRIFT_FILTERS, listDrift } from './drift.ts';
import { listChanges, listSnapshots } from './history.ts';
import { listObservations, OBSERVATION_FILTERS } from './observations.ts';
import { listPools, showPool } from './pools.ts';
import { countListedPorts, listPorts, showPort } from './ports.ts';
import { listEphemeralRanges, listRanges, showRegistry } from './ranges.ts';
import type { Answers, Handler, ResourceRequest, Route } from './route.ts';
import {
  findAllowedPorts,
  findAssociations,
  findDueEntries,
  listAllowedPorts,
  listAssignments,
  listAssociations,
  listDueEntries,
  OWN_FILTERS,
  prepareSearch,
  ROW_FILTERS,
  search,
  showAssociation,
  showService,
} from './rows.ts';

const PAGE = ['limit', 'offset'];
/** What the text of ports shows. */
const PORT_TEXT = ['prefer', 'checks'];
const SUGGESTIONS = [
  'count',
  'protocol',
  'near',
  'within',
  'consecutive',
  'like',
  'order',
  'avoid',
  'environment',
  'pool',
];
const CHANGES = ['since', 'until', 'service', 'kind', 'protocol', ...PAGE];
const AUDIT = ['token', 'action', 'event', 'id', 'requestId', 'idempotencyKey', 'reservationKey', 'since', 'until'];
/** The audit log is for admins, and a write of a token changes it without the registry. */
const FOR_ADMINS = { scope: 'admin', isCacheable: () => false } as const;
const OWN_REPORT = ['owner', 'environment', 'tag', 'pool', ...PAGE];
const ROWS = [...ROW_FILTERS, ...PAGE];

/** Snapshots change it without the registry, drift depends on the time, and it needs a token even where reading needs none. */
const OBSERVED = { scope: 'read', isCacheable: () => false } as const;

/** The work of drift, in ports of a list: both take 0.2 s for 1,000 ports, or for 500 hosts with 60 sockets each. */
const DRIFT_WORK = 1_000;

/** The work of the changes of own entries, in ports of a list: reading 10,000 writes takes 0.2 s. */
const OWN_CHANGES_WORK = 1_000;

/** The properties of most routes. */
const DEFAULTS = {
  prepare: null,
  countPorts: () => 1,
  scope: null,
  isCacheable: () => true,
  showsObserved: false,
} as const satisfies Partial<Route>;

/** The routes of all resources that can be read. */
export const ROUTES: readonly Route[] = [
  routeInSteps('/ports', 'ports', ['ports', 'protocol', 'asOf', ...PORT_TEXT, ...PAGE], listPorts, {
    countPorts: countListedPorts,
    showsObserved: true,
  }),
  route('/ports/{:port}', 'port', ['protocol', 'asOf', ...PORT_TEXT], showPort, { showsObserved: true }),
  // Before `/ports/:port/:protocol`, which refuses these words as protocols.
  route('/ports/:port/suitability', 'suitability', ['protocol', 'environment'], showSuitability, {
    showsObserved: true,
  }),
  route('/ports/:port/history', 'changes', CHANGES, listChanges),
  route('/ports/:port/:protocol', 'port', ['protocol', 'asOf', ...PORT_TEXT], showPort, { showsObserved: true }),
  route('/suggestions', 'suggestions', SUGGESTIONS, suggestPorts, {
    prepare:
      (registry, { maySeeObserved }) =>
      () =>
        registry.prepareSuggestions(maySeeObserved),
    showsObserved: true,
    // The quarantine of released ports ends by itself.
    isCacheable: (registry) => !registry.hasQuarantine(),
  }),
  routeInSteps('/services/:serviceName', 'service', ['asOf'], showService),
  route('/search', 'search', ['q', 'literal', 'origin', 'protocol', 'range', 'state', 'category', ...PAGE], search, {
    prepare: prepareSearch,
  }),
  route('/assignments', 'assignments', ['state', ...ROWS], listAssignments),
  route('/associations', 'associations', ['category', ...OWN_FILTERS, 'sort', ...ROWS], listAssociations, {
    prepare: findAssociations,
  }),
  // Before `/associations/:id`, which would take `changes` as an id.
  routeInSteps('/associations/changes', 'own-changes', [...OWN_CHANGE_FILTERS, ...PAGE], listOwnChanges, {
    countPorts: () => OWN_CHANGES_WORK,
  }),
  route('/associations/:id', 'association', [], showAssociation),
  // The head of the audit log changes without the registry.
  route('/reports/allowed-ports', 'allowed-ports', ['sort', ...OWN_REPORT], listAllowedPorts, {
    prepare: findAllowedPorts,
    isCacheable: () => false,
  }),
  // It depends on the current day.
  route('/reports/due', 'due', ['days', ...OWN_REPORT], listDueEntries, {
    prepare: findDueEntries,
    isCacheable: () => false,
  }),
  route('/ranges', 'ranges', PAGE, listRanges),
  route('/ephemeral-ranges', 'ephemeral-ranges', PAGE, listEphemeralRanges),
  // It says how long ago the last update was.
  route('/registry', 'registry', [], showRegistry, { isCacheable: () => false }),
  route('/registry/snapshots', 'snapshots', PAGE, listSnapshots),
  route('/registry/changes', 'changes', ['port', ...CHANGES], listChanges),
  routeInSteps('/conflicts', 'conflicts', [...CONFLICT_FILTERS, ...PAGE], listConflicts, {
    prepare: (registry) => registry.prepareConflicts,
  }),
  route('/pools', 'pools', PAGE, listPools, { prepare: (registry) => registry.preparePools }),
  route('/pools/:name', 'pool', [], showPool, { prepare: (registry) => registry.preparePools }),
  routeInSteps('/audit', 'audit', [...AUDIT, ...PAGE], listAudit, FOR_ADMINS),
  routeInSteps('/audit/events', 'audit-events', [...AUDIT, ...PAGE], listAuditEvents, FOR_ADMINS),
  routeInSteps('/observations', 'observations', [...OBSERVATION_FILTERS, ...PAGE], listObservations, OBSERVED),
  routeInSteps('/drift', 'drift', [...DRIFT_FILTERS, ...PAGE], listDrift, {
    ...OBSERVED,
    countPorts: () => DRIFT_WORK,
  }),
];

type RouteOptions = Partial<Pick<Route, keyof typeof DEFAULTS>>;

/** Returns a route whose handler is one step. */
function route<Kind extends keyof Answers>(
  path: string,
  kind: Kind,
  parameters: readonly string[],
  answerInOneStep: (registry: Registry, question: ResourceRequest) => Answers[Kind],
  options: RouteOptions = {},
): Route<Kind> {
  const answer: Handler<Kind> = async (registry, question, run) => run(() => answerInOneStep(registry, question));
  return { ...routeInSteps(path, kind, parameters, answer, options), answerInOneStep };
}

/** Returns a route whose handler takes several steps. */
function routeInSteps<Kind extends keyof Answers>(
  path: string,
  kind: Kind,
  parameters: readonly string[],
  answer: Handler<Kind>,
  options: RouteOptions = {},
): Route<Kind> {
  return { path, kind, parameters, answer, answerInOneStep: null, ...DEFAULTS, ...options };
}
