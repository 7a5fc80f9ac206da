import { html, type SafeHtml } from '@remix-run/html-template';

/** The line that says which token is in use, filled by a script, and the dialog for a token. */
export const TOKEN_LINE: SafeHtml = html`<p class="token" role="status"></p>
<dialog id="token-dialog" aria-labelledby="token-title"><form method="dialog" novalidate>
<h2 id="token-title">Token</h2>
<p>Changes require a token: <code>portolan token create</code> creates one. The token is stored for this window only, until it is closed.</p>
<div class="field" data-field="token"><label for="token-value">Token</label><input id="token-value" name="token" type="password" required maxlength="256" autocomplete="off" spellcheck="false" aria-describedby="token-fault"><p class="fault" id="token-fault" role="alert"></p></div>
<p class="buttons"><button class="first" disabled>Use token</button><button type="button" value="cancel">Cancel</button></p>
</form></dialog>`;

/**
 * Renders the dialog that asks before an own entry or a pool is deleted.
 *
 * @param kind - What is deleted.
 * @param description - Describes it; empty if a script does.
 */
export function deleteDialog(kind: 'entry' | 'pool', description: SafeHtml = html``): SafeHtml {
  return html`<dialog id="delete-dialog" aria-labelledby="delete-title"><form method="dialog">
<h2 id="delete-title">Delete this ${kind}?</h2>
<p class="what">${description}</p>
<p class="fault summary" role="alert" tabindex="-1"></p>
<p class="buttons"><button type="button" value="cancel" autofocus>Keep</button><button class="danger">Delete</button></p>
</form></dialog>`;
}
