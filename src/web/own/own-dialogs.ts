import { html, type SafeHtml } from '@remix-run/html-template';
import { LARGEST_COUNT } from '../../registry/advice/advice-question.ts';
import type { Association } from '../../registry/rows/association.ts';
import { entryField, plainField, SHORT_FIELDS, WIDE_FIELDS } from './entry-form.ts';

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
 * Renders the buttons that create an own entry, and on a page without a port the one for the token.
 *
 * @param port - The initial port in the form; null for none.
 */
export function newEntryActions(port: number | null): SafeHtml {
  const initial = port === null ? '' : html` data-port="${port}"`;
  return html`<p class="actions">
<button type="button" data-own="create"${initial}>Add an entry</button>
<button type="button" data-own="reserve"${initial}>Reserve a port</button>
${port === null ? html`<button type="button" data-own="token">Token</button>` : ''}
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
${entryField('name')}
<div class="pair" data-only="create update">
${entryField('firstPort')}
${entryField('lastPort')}
</div>
<div class="pair" data-only="reserve">
${plainField('count', `How many in a row, 1 to ${LARGEST_COUNT}`, html`maxlength="3" inputmode="numeric" placeholder="1"`)}
${plainField('within', 'Within', html`maxlength="20" placeholder="20000-29999"`)}
${plainField('near', 'Near port', html`maxlength="5" inputmode="numeric"`)}
${plainField('pool', 'From the pool', html`maxlength="100"`)}
</div>
${entryField('protocols')}
<div class="conflicts" aria-live="polite"></div>
<div class="pair">
${lines(SHORT_FIELDS.map(entryField))}</div>
${lines(WIDE_FIELDS.map(entryField))}</div>
<p class="buttons"><button class="first">Save</button><button type="button" value="cancel">Cancel</button></p>
</form></dialog>
<dialog id="delete-dialog" aria-labelledby="delete-title"><form method="dialog">
<h2 id="delete-title">Delete this entry?</h2>
<p class="fault summary" role="alert"></p>
<p class="what"></p>
<p class="buttons"><button class="first">Delete</button><button type="button" value="cancel">Keep</button></p>
</form></dialog></template>`;

function lines(parts: readonly SafeHtml[]): SafeHtml {
  return html`${parts.map(
    (part) => html`${part}
`,
  )}`;
}
