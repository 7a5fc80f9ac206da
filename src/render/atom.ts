import { parseAuditQuery } from '../rest/audit.ts';
import { conflictTimes } from '../rest/conflicts.ts';
import type { Answers } from '../rest/route.ts';
import { auditAtom, changesAtom, type Feed, midnight, snapshotsAtom } from '../web/atom.ts';
import { driftAtom } from '../web/drift-feed.ts';
import { conflictsAtom, ownChangesAtom } from '../web/own-feeds.ts';
import type { PageSource } from './html.ts';
import type { Rendering } from './rendering.ts';

/** The author of the official rows. */
const IANA = 'Internet Assigned Numbers Authority (IANA)';

/** The Atom renderers, for the kinds of answers that have feeds. */
export const ATOM: {
  readonly [Kind in keyof Answers]?: (answer: Answers[Kind], source: PageSource) => Rendering;
} = {
  changes: (list, source) => {
    const { parts } = source.question;
    const what = parts.port === undefined ? 'Changes of the IANA port registry' : `History of port ${parts.port}`;
    return changesAtom(feedOf(what, midnight(list.lastSnapshot), IANA, source), list.results);
  },
  snapshots: (list, source) => {
    const title = 'Snapshots of the IANA port registry';
    const date = list.results[0]?.date ?? source.registry.info().date;
    return snapshotsAtom(feedOf(title, midnight(date), IANA, source), list.results);
  },
  // The list has the writes of a page; a feed has the events, of which one may have thousands of writes.
  audit: function* (list, source) {
    const { filter, page } = parseAuditQuery(source.question.query);
    const { results } = yield* source.registry.auditEvents(filter, page);
    const updated = list.results[0]?.at ?? midnight(source.registry.info().date);
    return yield* auditAtom(feedOf('Audit log of Portolan', updated, 'Portolan', source), results);
  },
  conflicts: function* ({ results }, source) {
    const earliest = midnight(source.registry.info().date);
    const times = yield* conflictTimes(source.registry, results);
    const dated = times.map(([conflict, at]) => [conflict, at === '' ? earliest : at] as const);
    const updated = dated[0]?.[1] ?? earliest;
    return yield* conflictsAtom(feedOf('Conflicts of own ports', updated, 'Portolan', source), dated);
  },
  'own-changes': ({ results }, source) => {
    const updated = results[0]?.at ?? midnight(source.registry.info().date);
    return ownChangesAtom(feedOf('Changes of own ports', updated, 'Portolan', source), results);
  },
  drift: ({ results }, source) => {
    const updated = results[0]?.since ?? midnight(source.registry.info().date);
    return driftAtom(feedOf('Declared and observed use', updated, 'Portolan', source), results);
  },
};

function feedOf(title: string, updated: string, author: string, { question }: PageSource): Feed {
  const parameters = [...question.query].filter(([name]) => name !== 'format');
  const query = parameters.length === 0 ? '' : `?${new URLSearchParams(parameters)}`;
  return { title, updated, author, here: question.path + query };
}
