import { html, type SafeHtml } from '@remix-run/html-template';
import type { PoolReport } from '../../registry/advice/pool.ts';
import { formatSpan } from '../../registry/values/port-range.ts';
import { controlAttributes, labelledField, protocolField } from './form-fields.ts';

/**
 * Renders the fields of a pool. A script enables them, as it is needed to save the pool. An existing pool keeps its name.
 *
 * @param pool - The pool; null for a new one.
 */
export function poolFields(pool: PoolReport | null): SafeHtml {
  const ranges = pool === null ? '' : pool.ranges.map(formatSpan).join(', ');
  return html`<fieldset class="fields" disabled><legend class="visually-hidden">Pool</legend>
${pool === null ? labelledField('name', 'shortText', 'Name', '', input('name', '', 100, true)) : ''}
${labelledField('ranges', 'wordList', 'Ports', ', such as 20000-20999, 30000-30099', input('ranges', ranges, 300, true))}
${protocolField('protocols', 'Protocols', pool?.protocols ?? ['tcp', 'udp'])}
${labelledField('owner', 'shortText', 'Owner', '', input('owner', pool?.owner ?? '', 100, false))}
</fieldset>`;
}

function input(name: string, value: string, maxLength: number, isRequired: boolean): SafeHtml {
  return html`<input ${controlAttributes(name)} type="text" value="${value}"${isRequired ? html` required` : ''} maxlength="${maxLength}" autocomplete="off" spellcheck="false">`;
}
