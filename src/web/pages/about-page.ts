import { html } from '@remix-run/html-template';
import type { LoadedList, RegistryInfo } from '../../registry/registry.ts';
import type { ListName } from '../../registry/rows/list-name.ts';
import { address } from '../parts/address.ts';
import { layout } from '../parts/layout.ts';
import { table } from '../parts/table.ts';
import { shown } from '../parts/untrusted-text.ts';

/** Under which licence each list comes that Portolan brings along, as data/lists.json has it. */
export const LICENCES: Readonly<Record<ListName, string>> = {
  assignments: 'CC0-1.0 (IANA); BSD-2-Clause and MIT (the packages)',
  associations: 'MIT',
  'ephemeral-ranges': 'MIT',
  'check-commands': 'MIT',
  'blocked-by-browsers': 'CC-BY-4.0',
};

/**
 * Writes the page that tells what Portolan is, and where its data comes from.
 *
 * @param info - What is loaded.
 */
export function aboutPage(info: RegistryInfo): string {
  return layout({
    title: 'About',
    section: '/about',
    registryDate: info.date,
    content: html`<h1>About Portolan</h1>
<p class="lede">A portolan was the chart by which sailors knew every harbour. Portolan is that chart for the 65,536 port numbers of the Internet's transport protocols: what is this port, may I use it, who here already does?</p>
<section aria-labelledby="certainty"><h2 id="certainty">How sure an answer is</h2>
<dl>
<dt>Official</dt><dd>A row of the IANA Service Name and Transport Protocol Port Number Registry. <i>Recorded</i> is a name that IANA lists while noting an unassigned but widespread use. An assigned number says nothing of what a host really runs on it.</dd>
<dt>Informal</dt><dd>Known to be used, but not assigned by IANA. <i>Documented</i>: its maker says so; <i>observed</i>: widely seen; <i>disputed</i>: sources differ, or none is good.</dd>
<dt>Own</dt><dd>Written by the team that runs this server.</dd>
<dt>Ephemeral</dt><dd>Ports that a system hands to outgoing connections by default. What a host really does, only the host can tell.</dd>
</dl>
</section>
<section aria-labelledby="sources"><h2 id="sources">Sources and licences</h2>
${table('The lists that are loaded', ['List', 'Source', 'Licence'], info.origins.map(sourceRow))}
</section>
<section aria-labelledby="software"><h2 id="software">The software</h2>
<p>Portolan is free software under the MIT licence. The same answers for programs: <a href="${address('/docs')}">REST</a> and <a href="${address('/graphql')}">GraphQL</a>; <code>?format=json</code>, <code>text</code>, <code>csv</code> and <code>html</code> choose the form of any address.</p>
<p>It keeps no cookies and loads nothing from other servers. A token that is entered to write own entries stays in the window in which it was entered.</p>
</section>`,
  });
}

function sourceRow({ list, source }: LoadedList) {
  // An official list that the operator loaded is IANA's own, or a copy of it.
  const isAssembled = list !== 'assignments' || source.includes('npm packages');
  return [list, shown(source), isAssembled ? LICENCES[list] : 'CC0-1.0 (IANA)'];
}
