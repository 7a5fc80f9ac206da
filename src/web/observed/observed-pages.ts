import { html, type SafeHtml } from '@remix-run/html-template';
import { DRIFT_DAYS, DRIFT_KINDS, DRIFT_WORDS } from '../../registry/observed/drift.ts';
import { OBSERVATION_STATES } from '../../registry/observed/observation.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';
import { select, textField } from '../forms/fields.ts';
import { type FormInput, filters } from '../forms/form.ts';
import { TOKEN_LINE } from '../own/own-dialogs.ts';
import { address, addressWith } from '../parts/address.ts';
import { alternateFormats, formatLink } from '../parts/alternate-formats.ts';
import { ASSETS } from '../parts/assets.ts';
import { layout } from '../parts/layout.ts';

/**
 * Renders the page of drift without its results. A script loads them, because a browser sends no token with a page.
 *
 * @param input - The query parameters, and what is wrong with them.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function driftPage(input: FormInput, registryDate: string): string {
  const fields = [
    select('kind', 'Kind', DRIFT_KINDS, 'any', DRIFT_WORDS),
    textField('environment', 'Environment', { maxlength: 100 }),
    textField('host', 'Host', { maxlength: 253 }),
    textField('days', 'Days', { isNumber: true, example: String(DRIFT_DAYS.usual) }),
  ];
  const here = addressWith('/drift', Object.fromEntries(input.values));
  return layout({
    title: 'Drift',
    section: '/drift',
    registryDate,
    scripts: [ASSETS.drift],
    styles: [ASSETS.ownStyle],
    content: html`<div class="head"><h1>Drift</h1>
${TOKEN_LINE}</div>
<p class="lede"><a href="${address('/own')}">Our ports</a>, compared with the <a href="${address('/observations')}">sockets that hosts have reported</a>. An entry without a socket is listed after some days, by default ${DRIFT_DAYS.usual}.</p>
${filters('/drift', fields, input, 'Filter')}
${results('drift', 'The comparison', '/drift')}
${alternateFormats(here, [formatLink(here, 'atom')])}`,
  });
}

/**
 * Renders the page of observed sockets without its results, as `driftPage`.
 *
 * @param input - The query parameters, and what is wrong with them.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function observationsPage(input: FormInput, registryDate: string): string {
  const fields = [
    textField('host', 'Host', { maxlength: 253 }),
    textField('port', 'Port', { isNumber: true }),
    select('protocol', 'Protocol', TRANSPORT_PROTOCOLS),
    textField('process', 'Process', { maxlength: 255 }),
    select('state', 'State', OBSERVATION_STATES.slice(1), OBSERVATION_STATES[0]),
    textField('since', 'Seen since', { maxlength: 40, example: '2026-11-24' }),
  ];
  return layout({
    title: 'Observed sockets',
    section: '/drift',
    isPart: true,
    registryDate,
    scripts: [ASSETS.observations],
    styles: [ASSETS.ownStyle],
    content: html`<div class="head"><h1>Observed sockets</h1>
${TOKEN_LINE}</div>
<p class="lede">The sockets that hosts have reported. <a href="${address('/drift')}">Drift</a> compares them with our ports.</p>
${filters('/observations', fields, input, 'Filter')}
${results('observations', 'The list', '/observations')}
${alternateFormats(addressWith('/observations', Object.fromEntries(input.values)))}`,
  });
}

/** Renders the place of the results, with what they require. */
function results(id: string, subject: string, path: string): SafeHtml {
  return html`<div id="${id}"><p>${subject} requires a token with the scope read, and JavaScript. Without JavaScript: <code>curl -H 'Authorization: Bearer TOKEN' …${path}</code></p></div>`;
}
