import { html } from '@remix-run/html-template';
import { AUDIT_ACTIONS } from '../../registry/audit.ts';
import { select, textField } from '../forms/fields.ts';
import { type FormInput, filters } from '../forms/form.ts';
import { TOKEN_LINE } from '../own/own-dialogs.ts';
import { ASSETS } from '../parts/assets.ts';
import { layout } from '../parts/layout.ts';

/**
 * Renders the page of the audit log without its rows. A script loads them, because a browser sends no token with a page.
 *
 * @param input - The query parameters.
 * @param registryDate - The date of the loaded IANA registry, `YYYY-MM-DD`.
 */
export function auditPage(input: FormInput, registryDate: string): string {
  return layout({
    title: 'Audit log',
    section: '/audit',
    registryDate,
    scripts: [ASSETS.audit],
    styles: [ASSETS.ownStyle],
    content: html`<div class="head"><h1>Audit log</h1>
${TOKEN_LINE}</div>
<p class="lede">All writes, the newest first. The writes of one transaction, such as an import, are one event.</p>
${filters(
  '/audit',
  [
    textField('token', 'Token', { maxlength: 100 }),
    select('action', 'Action', AUDIT_ACTIONS),
    textField('id', 'Entry, pool or token', { maxlength: 100 }),
    textField('event', 'Event', { isNumber: true }),
    textField('requestId', 'Request', { maxlength: 128 }),
    textField('idempotencyKey', 'Idempotency-Key', { maxlength: 255 }),
    textField('reservationKey', 'Key of a reservation', { maxlength: 255 }),
    textField('since', 'Since', { maxlength: 40, example: '2026-11-24' }),
    textField('until', 'Until', { maxlength: 40 }),
  ],
  input,
  'Filter',
)}
<div id="audit"><p>The audit log requires a token with the scope admin, and JavaScript. Without JavaScript: <code>curl -H 'Authorization: Bearer TOKEN' …/audit</code></p></div>`,
  });
}
