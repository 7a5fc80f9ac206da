import { html, type SafeHtml } from '@remix-run/html-template';
import type { PoolReport } from '../../registry/advice/pool.ts';
import { address, addressWith, poolAddress } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { joinFacts } from '../parts/facts.ts';
import { layout } from '../parts/layout.ts';
import { type Paging, pager } from '../parts/pager.ts';
import { linkedSpan } from '../parts/rows.ts';
import { table } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

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
    content: html`<h1>Pools</h1>
<p class="lede">Port ranges of teams. Suggestions avoid them unless the request names a pool.</p>
${view.count === 0 ? html`<p>There are none yet. An admin creates them with <a href="${address('/docs#/own')}">POST /pools</a>.</p>` : poolTable('By name', view.results)}
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
    content: html`<h1><span class="word">Pool</span> ${renderUntrusted(pool.name)}</h1>
<p class="lede">Suggestions and reservations use its ports only if they name the pool. <a href="${address('/pools')}">All pools</a></p>
${poolTable('Ports of the pool: used and free', [pool])}
${alternateFormats(poolAddress(pool.name))}`,
  });
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
