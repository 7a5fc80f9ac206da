import { html, type SafeHtml } from '@remix-run/html-template';
import type { LoadedList, RegistryInfo } from '../../registry/catalogue.ts';
import type { ListName } from '../../registry/rows/list-name.ts';
import type { UpdateInfo } from '../../registry/rows/update-attempt.ts';
import { address } from '../parts/address.ts';
import { ageOf } from '../parts/age.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { copyableCode } from '../parts/copyable-code.ts';
import { layout } from '../parts/layout.ts';
import { table } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';

/** Titles of the lists, and the pages with their rows; null for none. */
export const LIST_PAGES: Readonly<Record<ListName, readonly [title: string, path: string | null]>> = {
  assignments: ['Official rows', '/assignments'],
  associations: ['Informal uses', '/associations?origin=informal'],
  'ephemeral-ranges': ['Ephemeral ranges', '/ephemeral-ranges'],
  'check-commands': ['Commands to check a port', null],
  'blocked-by-browsers': ['Ports that browsers refuse', null],
  'other-names': ['Other names', null],
  prominence: ['Prominence of services', null],
};

/** How to get a newer registry. */
const UPDATES = html`<details><summary>Keep it current</summary>
<p>A server with this setting loads IANA's current file every day at 04:43 UTC:</p>
${copyableCode("UPDATE_SCHEDULE='43 4 * * *'", 'the setting for daily updates')}
<p>This command loads it once:</p>
${copyableCode('portolan update', 'the command for one update')}
</details>`;

/**
 * Renders the page of the loaded lists with their ages.
 *
 * @param info - The loaded lists.
 */
export function registryPage(info: RegistryInfo): string {
  return layout({
    title: 'Registry',
    section: '/registry',
    registryDate: info.date,
    content: html`<h1>Registry</h1>
<p class="lede">The IANA registry of <time datetime="${info.date}">${info.date}</time> is loaded: it is ${ageOf(info.date)} old.</p>
${info.update === null ? html`<p>No update has been made yet.</p>` : updateNote(info.update)}
${UPDATES}
${table('Loaded lists', ['List', 'Rows', 'Date', 'Age', 'Loaded', 'From'], info.origins.map(loadedRow))}
<p>History: <a href="${address('/registry/changes')}">changes</a> and <a href="${address('/registry/snapshots')}">snapshots</a>.</p>
<p><a href="${address('/pools')}">Pools</a> and <a href="${address('/own')}">own entries</a> belong to this team. The <a href="${address('/audit')}">audit log</a> shows admins all writes.</p>
${alternateFormats(address('/registry'))}`,
  });
}

function updateNote({ triedAt, result, succeededAt, stale, detail }: UpdateInfo): SafeHtml {
  const last =
    succeededAt === null
      ? 'no update has succeeded yet'
      : html`the last successful update was at ${momentOf(succeededAt)}`;
  const outcome = { changed: 'changed rows', unchanged: 'found no changes', failed: 'failed' }[result];
  return html`<p${stale ? html` class="past"` : ''}>The update at ${momentOf(triedAt)} ${outcome}${result === 'failed' ? html`; ${last}` : ''}. ${detail ?? ''}${stale ? ' The registry is stale.' : ''}</p>`;
}

function momentOf(time: string): SafeHtml {
  return html`<time datetime="${time}">${time.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

function loadedRow(list: LoadedList) {
  const [title, path] = LIST_PAGES[list.list];
  return [
    path === null ? title : html`<a href="${address(path)}">${title}</a>`,
    list.rows,
    html`<time datetime="${list.date}">${list.date}</time>`,
    ageOf(list.date),
    momentOf(list.importedAt),
    html`${renderUntrusted(list.source)}<p class="meta">SHA-256 <code>${list.sha256}</code></p>`,
  ];
}
