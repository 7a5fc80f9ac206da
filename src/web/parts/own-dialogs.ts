import { html, type SafeHtml } from '@remix-run/html-template';
import { LARGEST_COUNT } from '../../registry/advice/advice-question.ts';
import { type Association, CATEGORIES, CONFIDENCES } from '../../registry/rows/association.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';

/**
 * Renders the buttons that change an own entry. A script handles them.
 *
 * @param entry - The entry.
 */
export function entryActions({ id, name }: Association): SafeHtml {
  return html`<p class="actions">
<button type="button" data-own="update" data-id="${id}" aria-label="Change ${name}">Change</button>
<button type="button" data-own="delete" data-id="${id}" aria-label="Delete ${name}">Delete</button>
</p>`;
}

/**
 * Renders the buttons that create an own entry.
 *
 * @param port - The initial port in the form; null for none.
 */
export function newEntryActions(port: number | null): SafeHtml {
  return html`<p class="actions">
<button type="button" data-own="create"${port === null ? '' : html` data-port="${port}"`}>Add an entry</button>
<button type="button" data-own="reserve"${port === null ? '' : html` data-port="${port}"`}>Reserve a port</button>
<button type="button" data-own="token">Token</button>
</p>
<noscript><p class="meta">This page needs JavaScript to change entries. Without it, use <code>portolan own import</code> or the REST API.</p></noscript>`;
}

/** The dialog for a token, opened by a script. */
export const TOKEN_DIALOG: SafeHtml = html`<dialog id="token-dialog" aria-labelledby="token-title"><form method="dialog">
<h2 id="token-title">Token</h2>
<p>Writing own entries requires a token: <code>portolan token create</code> creates one. The token is stored for this window only, until it is closed.</p>
<div class="field" data-field="token"><label for="token-value">Token</label><input id="token-value" name="token" type="password" required maxlength="256" autocomplete="off" spellcheck="false" aria-describedby="token-fault"><p class="fault" id="token-fault"></p></div>
<p class="buttons"><button class="first">Use token</button><button type="button" value="forget">Remove token</button><button type="button" value="cancel">Cancel</button></p>
</form></dialog>`;

/**
 * The dialogs that write and delete own entries. They are in a template because most visitors only read, and creating the
 * fields takes longer than the layout of the page.
 */
export const OWN_DIALOGS: SafeHtml = html`<template id="own-dialogs">${TOKEN_DIALOG}
<dialog id="entry-dialog" aria-labelledby="entry-title"><form method="dialog" novalidate>
<h2 id="entry-title">Own entry</h2>
<p class="fault summary" role="alert"></p>
<div class="fields">
${field('name', 'Name', input('name', 'text', html`required maxlength="100"`))}
<div class="pair" data-only="create update">
${field('firstPort', 'Port, or first port of a range', input('firstPort', 'text', html`required maxlength="5" inputmode="numeric"`))}
${field('lastPort', 'Last port of a range', input('lastPort', 'text', html`maxlength="5" inputmode="numeric"`))}
</div>
<div class="pair" data-only="reserve">
${field('count', `How many in a row, 1 to ${LARGEST_COUNT}`, input('count', 'text', html`maxlength="3" inputmode="numeric" placeholder="1"`))}
${field('within', 'Within', input('within', 'text', html`maxlength="20" placeholder="20000-29999"`))}
${field('near', 'Near port', input('near', 'text', html`maxlength="5" inputmode="numeric"`))}
${field('pool', 'From the pool', input('pool', 'text', html`maxlength="100"`))}
</div>
<fieldset class="field" data-field="protocols" aria-describedby="entry-protocols-fault"><legend>Protocols</legend>
${TRANSPORT_PROTOCOLS.map(
  (name) => html`<label class="box"><input type="checkbox" name="protocols" value="${name}"> ${name}</label>
`,
)}<p class="fault" id="entry-protocols-fault"></p></fieldset>
<div class="conflicts" aria-live="polite"></div>
<div class="pair">
${field('owner', 'Owner', input('owner', 'text', html`maxlength="100"`))}
${field('contact', 'Contact', input('contact', 'text', html`maxlength="200"`))}
${field('environment', 'Environment', input('environment', 'text', html`maxlength="100" placeholder="everywhere"`))}
${field('usedBy', 'Used by', input('usedBy', 'text', html`maxlength="100"`))}
${field('category', 'Category', choice('category', CATEGORIES))}
${field('confidence', 'Confidence', choice('confidence', CONFIDENCES))}
${field('link', 'Link', input('link', 'url', html`maxlength="2000" placeholder="https://"`))}
${field('tags', 'Tags, joinFacts by commas', input('tags', 'text', html`maxlength="1000"`))}
</div>
${field('note', 'Note', html`<textarea id="entry-note" name="note" rows="3" maxlength="2000" aria-describedby="entry-note-fault"></textarea>`)}
${field('sources', 'Sources, one per line: title, then URL', html`<textarea id="entry-sources" name="sources" rows="2" aria-describedby="entry-sources-fault"></textarea>`)}
</div>
<p class="buttons"><button class="first">Save</button><button type="button" value="cancel">Cancel</button></p>
</form></dialog>
<dialog id="delete-dialog" aria-labelledby="delete-title"><form method="dialog">
<h2 id="delete-title">Delete this entry?</h2>
<p class="fault summary" role="alert"></p>
<p class="what"></p>
<p class="buttons"><button class="first">Delete</button><button type="button" value="cancel">Keep</button></p>
</form></dialog></template>`;

/** Renders a field with its label and a place for the server's error. */
function field(name: string, label: string, control: SafeHtml): SafeHtml {
  return html`<div class="field" data-field="${name}"><label for="entry-${name}">${label}</label>${control}<p class="fault" id="entry-${name}-fault"></p></div>`;
}

function input(name: string, type: string, attributes: SafeHtml): SafeHtml {
  return html`<input id="entry-${name}" name="${name}" type="${type}" ${attributes} autocomplete="off" spellcheck="false" aria-describedby="entry-${name}-fault">`;
}

function choice(name: string, options: readonly string[]): SafeHtml {
  return html`<select id="entry-${name}" name="${name}" aria-describedby="entry-${name}-fault">${options.map((option) => html`<option>${option}</option>`)}</select>`;
}
