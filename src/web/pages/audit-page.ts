import { html } from '@remix-run/html-template';
import { AUDIT_ACTIONS } from '../../registry/audit.ts';
import { ASSETS } from '../parts/assets.ts';
import { type FormValues, filters, select, textField } from '../parts/html-form.ts';
import { layout } from '../parts/layout.ts';
import { TOKEN_DIALOG } from '../parts/own-dialogs.ts';

/**
 * Writes the page of the audit. Only admins may read it, and a browser sends no token with a page: a script fills it.
 *
 * @param values - What was asked, by the parameters' names.
 * @param registryDate - The day of the IANA registry that is loaded.
 */
export function auditPage(values: FormValues, registryDate: string): string {
  return layout({
    title: 'Audit',
    section: '/registry',
    registryDate,
    scripts: [ASSETS.audit],
    content: html`<h1>Audit</h1>
<p class="lede">Who changed what, the newest write first.</p>
${filters(
  '/audit',
  [
    textField('token', 'Token', values, { maxlength: 100 }),
    select('action', 'Action', AUDIT_ACTIONS, values),
    textField('id', 'Entry, pool or token', values, { maxlength: 100 }),
    textField('requestId', 'Request', values, { maxlength: 128 }),
    textField('since', 'Since, such as 2026-11-24', values, { maxlength: 40 }),
    textField('until', 'Until', values, { maxlength: 40 }),
  ],
  'Filter',
)}
<div id="audit"><p>Only admins may read the audit, and this page shows it to a token that was entered here, by a script. Without one: <code>curl -H 'Authorization: Bearer TOKEN' …/audit</code></p></div>
${TOKEN_DIALOG}`,
  });
}
