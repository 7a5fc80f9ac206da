import { html } from '@remix-run/html-template';
import type { Service } from '../../registry/registry.ts';
import { addressWith, serviceAddress } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { pastNote } from '../parts/as-of-notice.ts';
import { layout } from '../parts/layout.ts';
import { OWN_DIALOGS } from '../parts/own-dialogs.ts';
import { assignmentTable, useList } from '../parts/rows.ts';
import { shown } from '../parts/untrusted-text.ts';
import { changeTable } from './history-pages.ts';

/**
 * Writes the page of a service name.
 *
 * @param service - All rows of the name.
 * @param asOf - The day, `YYYY-MM-DD`, on which the official rows stood so; null for now.
 * @param registryDate - The day of the IANA registry that is loaded.
 */
export function servicePage(
  { name, assignments, associations, retired }: Service,
  asOf: string | null,
  registryDate: string,
): string {
  return layout({
    title: name,
    section: '/search',
    registryDate,
    content: html`<h1><span class="word">Service</span> ${shown(name)}</h1>
${asOf === null ? '' : pastNote(asOf, serviceAddress(name))}
<section aria-labelledby="official"><h2 id="official">Official</h2>
${assignments.length === 0 ? html`<p>None: the IANA registry knows ${retired.length === 0 ? 'no' : 'no longer a'} service of this name.</p>` : assignmentTable('Rows of the IANA registry, those with a port first', assignments)}
${retired.length === 0 ? '' : changeTable('What became of this name', retired)}
<p><a href="${addressWith('/registry/changes', { service: name })}">All changes of this name</a></p>
</section>
<section aria-labelledby="uses"><h2 id="uses">Own and informal uses</h2>
${associations.length === 0 ? html`<p>None of this very name. <a href="${addressWith('/search', { q: name })}">Search for it</a>.</p>` : useList(associations)}
</section>
${alternateFormats(asOf === null ? serviceAddress(name) : `${serviceAddress(name)}?asOf=${asOf}`)}
${associations.some(({ origin }) => origin === 'own') ? OWN_DIALOGS : ''}`,
  });
}
