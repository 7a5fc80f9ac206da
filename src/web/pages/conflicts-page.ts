import { html, type SafeHtml } from '@remix-run/html-template';
import { SEVERITIES } from '../../registry/advice/suitability-rule.ts';
import { CONFLICT_KINDS, type Conflict, type ConflictEntry } from '../../registry/conflicts/conflict.ts';
import type { OwnSummary } from '../../registry/own/own-summary.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { select, storedWord } from '../forms/fields.ts';
import { type FormInput, filters } from '../forms/form.ts';
import { address, addressWith } from '../parts/address.ts';
import { severityMark } from '../parts/advice.ts';
import { alternateFormats, formatLink } from '../parts/alternate-formats.ts';
import { layout } from '../parts/layout.ts';
import { listTitle, type Paging, pager } from '../parts/pager.ts';
import { associationLink, linkedSpan } from '../parts/rows.ts';
import { type Columns, itemTable } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** A page of conflicts. */
export interface ConflictsView extends Paging {
  readonly results: readonly Conflict[];
}

/** The most entries of one conflict that the page shows. */
const MOST_ENTRIES = 5;

function fieldsOf({ owners, environments }: OwnSummary) {
  return [
    select('severity', 'Severity', SEVERITIES),
    select('kind', 'Kind', CONFLICT_KINDS),
    select('protocol', 'Protocol', TRANSPORT_PROTOCOLS),
    storedWord('owner', 'Owner', owners),
    storedWord('environment', 'Environment', environments),
  ];
}

const COLUMNS: Columns<Conflict> = {
  Severity: ({ severity }) => severityMark(severity),
  Ports: (conflict) =>
    html`<span>${linkedSpan(conflict)}${conflict.protocol === null ? '' : `/${conflict.protocol}`}</span>`,
  Entries: entryLinks,
  Conflict: ({ detail }) => renderUntrusted(detail),
  'What to do': ({ remedy }) => renderUntrusted(remedy),
};

/**
 * Renders the page of the conflicts of own entries, with filters.
 *
 * @param input - The query parameters, and what is wrong with them.
 * @param view - The conflicts; null for invalid parameters.
 * @param summary - The owners and environments of the own entries.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function* conflictsPage(
  input: FormInput,
  view: ConflictsView | null,
  summary: OwnSummary,
  registryDate: string,
): Steps<string> {
  const table = view === null ? '' : yield* results(view);
  const here = addressWith('/conflicts', Object.fromEntries(input.values));
  return layout({
    title: listTitle('Conflicts', input.values),
    section: '/own',
    isPart: true,
    registryDate,
    content: html`<h1>${renderUntrusted(listTitle('Conflicts', input.values))}</h1>
<p class="lede">Own entries that overlap, lie in a pool of another team, or use ports that IANA or systems use for something else. Part of <a href="${address('/own')}">our ports</a>.</p>
${filters('/conflicts', fieldsOf(summary), input, 'Filter')}
${table}
${view === null ? '' : alternateFormats(here, [formatLink(here, 'atom')])}`,
  });
}

function* results(view: ConflictsView): Steps<SafeHtml> {
  const { count, results } = view;
  if (results.length === 0) return html`<p>${count === 0 ? 'No conflicts.' : 'No more conflicts.'}</p>`;
  const caption = `${count.toLocaleString('en')} ${count === 1 ? 'conflict' : 'conflicts'}, the most severe first`;
  return html`${yield* itemTable(caption, COLUMNS, results)}
${pager(view)}`;
}

/** Renders links to the entries in one element: on a narrow screen, each element of a cell is on a line of its own. */
function entryLinks({ entries, entryCount }: Conflict): SafeHtml {
  const shown = entries.slice(0, MOST_ENTRIES);
  const more = entryCount - shown.length;
  const links = shown.map((entry, index) => html`${index === 0 ? '' : ', '}${entryLink(entry)}`);
  return html`<span>${links}${more === 0 ? '' : html` and ${more.toLocaleString('en')} more`}</span>`;
}

function entryLink(entry: ConflictEntry): SafeHtml {
  const { owner } = entry;
  return html`${associationLink(entry)}${owner === null ? '' : html` <span class="meta">(${renderUntrusted(owner)})</span>`}`;
}
