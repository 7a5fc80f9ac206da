import { html, type SafeHtml } from '@remix-run/html-template';
import type { PoolReport } from '../../registry/advice/pool.ts';
import { formatSpan } from '../../registry/values/port-range.ts';
import { saveForm } from '../own/form-fields.ts';
import { deleteDialog, TOKEN_LINE } from '../own/own-dialogs.ts';
import { poolFields } from '../own/pool-form.ts';
import { address, addressWith, poolAddress } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { ASSETS } from '../parts/assets.ts';
import { joinFacts } from '../parts/facts.ts';
import { layout } from '../parts/layout.ts';
import { type Paging, pager } from '../parts/pager.ts';
import { linkedSpan } from '../parts/rows.ts';
import { table } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';
import { shellText } from './association-pages.ts';

/** The script and the styles of pages with the form of a pool. */
const ASSETS_OF_FORM = { scripts: [ASSETS.poolPage], styles: [ASSETS.ownStyle] };

/** A page of pools. */
export interface PoolsView extends Paging {
  readonly results: readonly PoolReport[];
}

/**
 * Renders the page of the pools.
 *
 * @param view - The pools.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function poolsPage(view: PoolsView, registryDate: string): string {
  return layout({
    title: 'Pools',
    section: '/pools',
    registryDate,
    ...ASSETS_OF_FORM,
    content: html`<div class="head"><h1>Pools</h1>
${TOKEN_LINE}</div>
<p class="lede">Port ranges of teams. Suggestions avoid them unless the request names a pool.</p>
${changing(null)}
${view.count === 0 ? html`<p>There are none yet. An admin creates them.</p>` : poolTable('By name', view.results)}
${view.count === 0 ? '' : pager(view)}
${alternateFormats(address('/pools'))}`,
  });
}

/**
 * Renders the page of one pool.
 *
 * @param pool - The pool.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function poolPage(pool: PoolReport, registryDate: string): string {
  return layout({
    title: `Pool ${pool.name}`,
    section: '/pools',
    isPart: true,
    registryDate,
    ...ASSETS_OF_FORM,
    content: html`<div class="head"><h1><span class="word">Pool</span> ${renderUntrusted(pool.name)}</h1>
${TOKEN_LINE}</div>
<p class="lede">Suggestions and reservations use its ports only if they name the pool. <a href="${address('/pools')}">All pools</a></p>
${poolTable('Ports of the pool: used and free', [pool])}
${changing(pool)}
${alternateFormats(poolAddress(pool.name))}`,
  });
}

/** Renders the form of a pool, and for an existing one the button that deletes it. */
function changing(pool: PoolReport | null): SafeHtml {
  const here = pool === null ? address('/pools') : poolAddress(pool.name);
  const [method, example] =
    pool === null ? ['', { name: 'payments', ranges: ['20000-20999'] }] : ['-X PATCH ', { owner: 'payments' }];
  const command = html`curl ${method}${shellText(`localhost:7605${here}`)} -H "Authorization: Bearer $TOKEN" --json ${shellText(JSON.stringify(example))}`;
  const target = pool === null ? html`` : html` data-pool="${pool.name}"`;
  return html`<div class="changing">
<details><summary class="button">${pool === null ? 'New pool' : 'Change'}</summary>
${saveForm('pool', 'a pool', target, poolFields(pool), here, [command])}
</details>
${pool === null ? '' : html`<p class="actions"><button type="button" class="button danger" id="delete">Delete</button></p>`}
</div>
${pool === null ? '' : deleteDialog('pool', describePool(pool))}`;
}

function describePool({ name, ranges, protocols }: PoolReport): SafeHtml {
  const spans = ranges.map(formatSpan).join(', ');
  return html`${renderUntrusted(name)} on ${spans} (${protocols.join(', ')}). Own entries on these ports stay.`;
}

function poolTable(caption: string, pools: readonly PoolReport[]): SafeHtml {
  const rows = pools.map(({ name, ranges, protocols, owner, used, free }) => [
    html`<a href="${poolAddress(name)}">${renderUntrusted(name)}</a>`,
    joinFacts(ranges.map(linkedSpan)),
    protocols.join(', '),
    renderUntrusted(owner),
    used,
    free,
    html`<a href="${addressWith('/suggestions', { pool: name })}">Suggest a port</a>`,
  ]);
  return table(caption, ['Pool', 'Ports', 'Protocols', 'Owner', 'Used', 'Free', 'Suggestion'], rows);
}
