import { html, type SafeHtml } from '@remix-run/html-template';
import type { PoolReport } from '../../registry/advice/pool.ts';
import type { OwnSummary } from '../../registry/own/own-summary.ts';
import { type Association, ENTRY_STATUSES } from '../../registry/rows/association.ts';
import { USE_ORDERS } from '../../registry/search/use-order.ts';
import type { Steps } from '../../registry/values/run-step.ts';
import { select, storedWord, textField } from '../forms/fields.ts';
import { type FormValues, getForm, renderFields } from '../forms/form.ts';
import { IMPORT_FORM } from '../own/import-form.ts';
import { TOKEN_LINE } from '../own/own-dialogs.ts';
import { address, addressWith, poolAddress } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { ASSETS } from '../parts/assets.ts';
import { joinFacts } from '../parts/facts.ts';
import { layout } from '../parts/layout.ts';
import { feedLinks, firewallLinks } from '../parts/own-links.ts';
import { listTitle, type Paging, pager } from '../parts/pager.ts';
import { associationLink, linkedSpan } from '../parts/rows.ts';
import { itemTable } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** The most pools on the page. */
const MOST_POOLS = 10;

/** The data of the page of own entries. */
export interface OwnView {
  readonly summary: OwnSummary;
  readonly list: Paging & { readonly results: readonly Association[] };
  /** The times of the last changes by id of the entry, ISO 8601 in UTC. */
  readonly changed: ReadonlyMap<string, string>;
  readonly pools: readonly PoolReport[];
  readonly registryDate: string;
}

/**
 * Renders the page of own entries: filters, the entries by port or by team, and the pools.
 *
 * @param values - The query parameters by name.
 * @param view - The data.
 */
export function* ownPage(values: FormValues, view: OwnView): Steps<string> {
  const { summary, list, pools, registryDate } = view;
  const { entries, teams } = summary;
  const tables = yield* entryTables(values, view);
  return layout({
    title: listTitle('Our ports', values),
    section: '/own',
    registryDate,
    scripts: [ASSETS.ownList],
    styles: [ASSETS.ownStyle],
    content: html`<div class="head">
<h1>Our ports</h1>
<p class="meta">${count(entries, 'entry', 'entries')}, ${count(teams, 'team', 'teams')}</p>
${TOKEN_LINE}
<p class="actions"><a class="button first" href="${address('/associations/new')}">Add</a> <a class="button" href="${address('/suggestions')}">Reserve</a></p>
</div>
${IMPORT_FORM}
<div class="columns">
<div>
${entries === 0 ? noEntries() : html`${filterForm(values, view)}${views(values)}${tables}`}
${list.count === 0 ? '' : pager(list)}
</div>
<div>
${poolSection(pools)}
<section aria-labelledby="records"><h2 id="records">Records</h2>
<p><a href="${address('/conflicts')}">Conflicts of our ports</a></p>
<p><a href="${address('/associations/changes')}">Changes of our ports</a></p>
<p>Feeds: ${feedLinks(values)}</p>
<p><a href="${address('/audit')}">Audit log: all changes with their authors</a></p>
<p><a href="${address('/reports/allowed-ports')}">Allowed ports</a>, a report to print</p>
<p><a href="${address('/reports/due')}">Due entries</a></p>
<p>For firewalls: ${firewallLinks(values)}</p>
<p class="meta">To import a file: <code>portolan own import FILE</code></p>
${alternateFormats(ownListAddress(values))}
</section>
</div>
</div>`,
  });
}

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/**
 * Returns the address of the list of own entries with the same conditions, as a resource.
 *
 * @param values - The query parameters of the page by name.
 */
export function ownListAddress(values: FormValues): string {
  const { view: _, ...filters } = Object.fromEntries(values);
  return addressWith('/associations', { origin: 'own', ...filters });
}

function noEntries(): SafeHtml {
  return html`<p>Nobody has entered a port yet. <a href="${address('/associations/new')}">Add the first one</a>, or <a href="#import-form">import your spreadsheet</a>.</p>`;
}

function filterForm(values: FormValues, { summary, pools }: OwnView): SafeHtml {
  const { owners, environments } = summary;
  const view = values.get('view');
  const fields = [
    textField('q', 'Words', { type: 'search' }),
    storedWord('owner', 'Owner', owners),
    storedWord('environment', 'Environment', environments),
    textField('tag', 'Tag'),
    select(
      'pool',
      'Pool',
      pools.map(({ name }) => name),
    ),
    select('status', 'Status', ENTRY_STATUSES),
    select('sort', 'Order', USE_ORDERS.slice(1), 'port'),
  ];
  return getForm(
    '/own',
    html`${renderFields(fields, { values, faults: [] })}${view === undefined ? '' : html`<input type="hidden" name="view" value="${view}">`}
<button class="first">Filter</button>`,
  );
}

/** Renders the links to the two orders of the entries. */
function views(values: FormValues): SafeHtml {
  const current = isByTeam(values) ? 'team' : null;
  const rest = Object.fromEntries([...values].filter(([name]) => name !== 'offset'));
  const link = (view: 'team' | null, label: string) =>
    html`<a href="${addressWith('/own', { ...rest, view })}"${view === current ? html` aria-current="page"` : ''}>${label}</a>`;
  return html`<nav class="views" aria-label="Order of the entries">${link(null, 'By port')} ${link('team', 'By team')}</nav>`;
}

/**
 * Returns whether the page shows the entries by team.
 *
 * @param values - The query parameters by name.
 */
export function isByTeam(values: FormValues): boolean {
  return values.get('view') === 'team';
}

function* entryTables(values: FormValues, { list, changed }: OwnView): Steps<SafeHtml> {
  const { results } = list;
  if (results.length === 0) return html`<p>${list.count === 0 ? 'No entry matches.' : 'No more entries.'}</p>`;
  const columns = columnsOf(changed);
  if (!isByTeam(values)) return yield* itemTable('Entries by port', columns, results, 'compact');
  const { Owner: _, ...others } = columns;
  const tables: SafeHtml[] = [];
  for (const [owner, entries] of Map.groupBy(results, ({ owner }) => owner)) {
    const table = yield* itemTable(`Entries of ${owner ?? 'nobody'} by port`, others, entries, 'compact');
    tables.push(html`<h2 class="team">${owner === null ? 'Without an owner' : renderUntrusted(owner)}</h2>
${table}
`);
  }
  return html`${tables}`;
}

function columnsOf(changed: OwnView['changed']) {
  return {
    Port: linkedSpan,
    Name: (entry: Association) => html`${associationLink(entry)}${statusMark(entry)}`,
    Owner: ({ owner }: Association) => renderUntrusted(owner),
    Environment: ({ environment }: Association) => renderUntrusted(environment),
    Protocol: ({ protocols }: Association) => protocols.join(', '),
    Changed: ({ id }: Association) => changeTime(id, changed.get(id)),
  };
}

/** Renders the status of an entry that is not active. */
function statusMark({ status }: Association): SafeHtml | string {
  return status === 'active' ? '' : html` <span class="status">${status}</span>`;
}

/**
 * Renders the time of the last change of an own entry. A script adds the author for readers of the audit log.
 *
 * @param id - The id of the entry.
 * @param at - The time, ISO 8601 in UTC; undefined if it is not known.
 */
export function changeTime(id: string, at: string | undefined): SafeHtml | string {
  if (at === undefined) return '';
  return html`<span data-changed="${id}"><time datetime="${at}">${at.slice(0, 10)}</time></span>`;
}

function poolSection(pools: readonly PoolReport[]): SafeHtml {
  const shown = pools.slice(0, MOST_POOLS);
  return html`<section aria-labelledby="pools"><h2 id="pools">Pools</h2>
${pools.length === 0 ? html`<p class="meta">None. An admin creates them on the page <a href="${address('/pools')}">Pools</a>.</p>` : ''}<ul class="pools">
${shown.map(
  ({
    name,
    ranges,
    used,
    free,
  }) => html`<li><a href="${poolAddress(name)}">${renderUntrusted(name)}</a> ${joinFacts(ranges.map(linkedSpan))}: ${used} used, ${free} free</li>
`,
)}</ul>
${pools.length === 0 ? '' : html`<p><a href="${address('/pools')}">${pools.length > MOST_POOLS ? `All ${pools.length} pools` : 'Pools in detail'}</a></p>`}
</section>`;
}
