import { html, type SafeHtml } from '@remix-run/html-template';
import { AUDIT_ACTIONS } from '../../registry/audit.ts';
import { ACTION_WORDS } from '../../registry/audit-description.ts';
import type { EntryChange } from '../../registry/own/own-change.ts';
import type { OwnSummary } from '../../registry/own/own-summary.ts';
import { ENTRY_STATUSES } from '../../registry/rows/association.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { select, storedWord, textField } from '../forms/fields.ts';
import { type FormInput, filters } from '../forms/form.ts';
import { address, addressWith } from '../parts/address.ts';
import { alternateFormats, formatLink } from '../parts/alternate-formats.ts';
import { layout } from '../parts/layout.ts';
import { listTitle, type Paging, pager } from '../parts/pager.ts';
import { linkedSpan } from '../parts/rows.ts';
import { type Columns, itemTable } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** A page of changes. */
export interface OwnChangesView extends Paging {
  readonly results: readonly EntryChange[];
}

function fieldsOf({ owners, environments }: OwnSummary) {
  return [
    select('action', 'Action', AUDIT_ACTIONS),
    textField('port', 'Port', { isNumber: true }),
    select('protocol', 'Protocol', TRANSPORT_PROTOCOLS),
    storedWord('owner', 'Owner', owners),
    storedWord('environment', 'Environment', environments),
    textField('tag', 'Tag'),
    select('status', 'Status', ENTRY_STATUSES),
    textField('pool', 'Pool'),
    textField('since', 'Since', { example: 'YYYY-MM-DD' }),
  ];
}

// The entry may be deleted: its ports are linked, and not its page.
const COLUMNS: Columns<EntryChange> = {
  Time: ({ at }) => html`<time datetime="${at}">${at.slice(0, 16).replace('T', ' ')} UTC</time>`,
  Ports: ({ entry }) => html`<span>${linkedSpan(entry)}/${entry.protocols.join(',')}</span>`,
  Entry: ({ entry }) => renderUntrusted(entry.name),
  Action: ({ action }) => ACTION_WORDS[action],
  Difference: ({ changes }) => renderUntrusted(changes.join('; ')),
};

/**
 * Renders the page of the changes of own entries, with filters.
 *
 * @param input - The query parameters, and what is wrong with them.
 * @param view - The changes; null for invalid parameters.
 * @param summary - The owners and environments of the own entries.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function* ownChangesPage(
  input: FormInput,
  view: OwnChangesView | null,
  summary: OwnSummary,
  registryDate: string,
): Steps<string> {
  const table = view === null ? '' : yield* results(view);
  const title = listTitle('Changes of our ports', input.values);
  const here = addressWith('/associations/changes', Object.fromEntries(input.values));
  return layout({
    title,
    section: '/own',
    isPart: true,
    registryDate,
    content: html`<h1>${renderUntrusted(title)}</h1>
<p class="lede">What was created, changed and deleted, the newest first. The <a href="${address('/audit')}">audit log</a> has the authors. Part of <a href="${address('/own')}">our ports</a>.</p>
${filters('/associations/changes', fieldsOf(summary), input, 'Filter')}
${table}
${view === null ? '' : alternateFormats(here, [formatLink(here, 'atom')])}`,
  });
}

function* results(view: OwnChangesView): Steps<SafeHtml> {
  const { count, results } = view;
  if (results.length === 0) return html`<p>${count === 0 ? 'No changes.' : 'No more changes.'}</p>`;
  const caption = `${count.toLocaleString('en')} ${count === 1 ? 'change' : 'changes'}, the newest first`;
  return html`${yield* itemTable(caption, COLUMNS, results)}
${pager(view)}`;
}
