import { html, type SafeHtml } from '@remix-run/html-template';
import type { Service } from '../../registry/port-lookup.ts';
import type { OtherNameTarget } from '../../registry/report/other-name-rows.ts';
import type { Association } from '../../registry/rows/association.ts';
import { mergedAssignmentTable } from '../official/assignment-tables.ts';
import { addressWith, portAddress, serviceAddress } from '../parts/address.ts';
import { alternateFormats } from '../parts/alternate-formats.ts';
import { asOfNotice } from '../parts/as-of-notice.ts';
import { joinFacts } from '../parts/facts.ts';
import { layout } from '../parts/layout.ts';
import { useList } from '../parts/rows.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';
import { changeTable } from './history-pages.ts';

/** The most uses on the page: each may have a note of 2,000 characters. */
const MOST_USES = 50;

/** The most ports in the title. */
const MOST_PORTS = 3;

/**
 * Renders the page of a service name.
 *
 * @param service - All rows of the name.
 * @param asOf - The date of the official rows, `YYYY-MM-DD`; null for the current ones.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function servicePage(
  { name, assignments, associations, otherNameOf, retired }: Service,
  asOf: string | null,
  registryDate: string,
): string {
  const rows = [...assignments, ...associations];
  const ports = [...new Set(rows.flatMap(({ firstPort }) => firstPort ?? []))].slice(0, MOST_PORTS);
  return layout({
    title: ports.length === 0 ? name : `${name}: port ${ports.join(', ')}`,
    section: null,
    registryDate,
    content: html`<h1><span class="word">Service</span> ${renderUntrusted(name)}</h1>
${asOf === null ? '' : asOfNotice(asOf, serviceAddress(name))}
${otherNameOf.length === 0 ? '' : html`<p class="lede">Another name of ${joinFacts(otherNameOf.map(target))}</p>`}
<section aria-labelledby="official"><h2 id="official">Official</h2>
${assignments.length === 0 ? html`<p>None: the IANA registry ${retired.length === 0 ? 'has no' : 'no longer has a'} service with this name.</p>` : mergedAssignmentTable('Rows of the IANA registry, those with a port first', assignments)}
${retired.length === 0 ? '' : changeTable('Removed rows with this name', retired)}
<p><a href="${addressWith('/registry/changes', { service: name })}">All changes of this name</a></p>
</section>
<section aria-labelledby="uses"><h2 id="uses">Own and informal uses</h2>
${associations.length === 0 ? html`<p>None with this exact name. <a href="${addressWith('/search', { q: name })}">Search for it</a>.</p>` : uses(name, associations)}
</section>
${alternateFormats(asOf === null ? serviceAddress(name) : `${serviceAddress(name)}?asOf=${asOf}`)}`,
  });
}

/** Renders uses, the first ones with all fields; the list has the others: hundreds of hosts may have a name. */
function uses(name: string, associations: readonly Association[]): SafeHtml {
  const first = useList(associations.slice(0, MOST_USES));
  if (associations.length <= MOST_USES) return first;
  const all = addressWith('/associations', { service: name });
  return html`${first}
<p><a href="${all}">All ${associations.length.toLocaleString('en')} uses</a></p>`;
}

/** Renders a row of which the name is another name. */
function target({ name, firstPort, protocols }: OtherNameTarget): SafeHtml {
  return html`<a href="${serviceAddress(name)}">${renderUntrusted(name)}</a> <a href="${portAddress(firstPort)}">${firstPort}</a> ${protocols.join(', ')}`;
}
