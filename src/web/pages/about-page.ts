import { readFileSync } from 'node:fs';
import { html, type SafeHtml } from '@remix-run/html-template';
import type { LoadedList, RegistryInfo } from '../../registry/catalogue.ts';
import { STATE_MEANINGS } from '../../registry/report/port-state.ts';
import { CONFIDENCE_WORDS, CONFIDENCES, type Confidence } from '../../registry/rows/association.ts';
import type { ListName } from '../../registry/rows/list-name.ts';
import { capitalize } from '../../registry/values/wording.ts';
import { address } from '../parts/address.ts';
import { joinWithCommas } from '../parts/facts.ts';
import { layout } from '../parts/layout.ts';
import { table } from '../parts/table.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';
import { LIST_PAGES } from './registry-pages.ts';

/** The bundled lists, with the licence of each. */
const BUNDLED: Readonly<Record<ListName, { readonly licence: string }>> = JSON.parse(
  readFileSync(new URL('../../../data/lists.json', import.meta.url), 'utf8'),
);

/**
 * Renders the page about Portolan and the sources of its data.
 *
 * @param info - The loaded lists.
 */
export function aboutPage(info: RegistryInfo): string {
  return layout({
    title: 'About',
    section: '/about',
    registryDate: info.date,
    content: html`<h1>About Portolan</h1>
<p class="lede">A portolan was a sailor's chart of harbours. Portolan is such a chart for the 65,536 port numbers of the Internet's transport protocols: what is this port, may I use it, which of our services use it?</p>
<section aria-labelledby="certainty"><h2 id="certainty">Certainty</h2>
<dl>
<dt>Official</dt><dd>A row of the IANA Service Name and Transport Protocol Port Number Registry. A host can run any service on an assigned number.</dd>
<dt>Informal</dt><dd>Known to be used, but not assigned by IANA. How certain that is: ${joinWithCommas(CONFIDENCES.map(certainty))}, also if no source is reliable.</dd>
<dt>Own</dt><dd>Written by the team that runs this server.</dd>
<dt>Ephemeral</dt><dd>Ports that a system uses for outgoing connections by default. A host may be configured differently.</dd>
</dl>
</section>
<section aria-labelledby="states"><h2 id="states">States of a port</h2>
<dl>
${Object.entries(STATE_MEANINGS).map(
  ([state, meaning]) => html`<dt>${capitalize(state)}</dt><dd>${capitalize(meaning)}.</dd>
`,
)}</dl>
</section>
<section aria-labelledby="sources"><h2 id="sources">Sources and licences</h2>
${table('Loaded lists', ['List', 'Source', 'Licence'], info.origins.map(sourceRow))}
</section>
<section aria-labelledby="software"><h2 id="software">The software</h2>
<p>Portolan is free software under the MIT licence. The same data is available over <a href="${address('/docs')}">REST</a> and <a href="${address('/graphql')}">GraphQL</a>; <code>?format=json</code>, <code>text</code>, <code>csv</code> and <code>html</code> choose the format of any address.</p>
<p>It sets no cookies and loads nothing from other servers. A token for own entries is stored only in the window in which it was entered.</p>
</section>`,
  });
}

function certainty(confidence: Confidence): SafeHtml {
  return html`<i>${CONFIDENCE_WORDS[confidence]}</i> (<code>${confidence}</code> in the API)`;
}

function sourceRow({ list, source }: LoadedList) {
  // An official list that the operator imported is IANA's file, or a copy of it.
  const isAssembled = list !== 'assignments' || source.includes('npm packages');
  return [LIST_PAGES[list][0], renderUntrusted(source), isAssembled ? BUNDLED[list].licence : 'CC0-1.0 (IANA)'];
}
