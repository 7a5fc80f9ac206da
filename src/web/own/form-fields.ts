import { html, type SafeHtml } from '@remix-run/html-template';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';

/**
 * Renders a field with its label and a place for its error.
 *
 * @param name - The name of the field in the API.
 * @param kind - The kind of the field, for the script that reads it.
 * @param label - The label, which errors name.
 * @param hint - The rest of the label, such as the way to write several values.
 * @param control - The control, with `controlAttributes`.
 */
export function labelledField(name: string, kind: string, label: string, hint: string, control: SafeHtml): SafeHtml {
  return html`<div ${attributes(name, kind, label)}><label for="entry-${name}">${label}${hint}</label>${control}${fault(name)}</div>
`;
}

/**
 * Renders the check boxes of the transport protocols with a place for their error. A group has no single control for a label.
 *
 * @param name - The name of the field in the API.
 * @param label - The legend, which errors name.
 * @param checked - The checked protocols.
 */
export function protocolField(name: string, label: string, checked: readonly string[]): SafeHtml {
  return html`<fieldset ${attributes(name, 'protocolList', label)} aria-describedby="entry-${name}-fault"><legend>${label}</legend>
${TRANSPORT_PROTOCOLS.map(
  (
    protocol,
  ) => html`<label class="box"><input type="checkbox" name="${name}" value="${protocol}"${checked.includes(protocol) ? html` checked` : ''}> ${protocol}</label>
`,
)}${fault(name)}</fieldset>
`;
}

/**
 * Renders the attributes that connect a control with its label and its error.
 *
 * @param name - The name of the field in the API.
 */
export function controlAttributes(name: string): SafeHtml {
  return html`id="entry-${name}" name="${name}" aria-describedby="entry-${name}-fault"`;
}

/**
 * Renders a form that a script saves, with the commands that do the same without JavaScript.
 *
 * @param id - The id of the form.
 * @param what - What it saves, such as `an entry`.
 * @param target - The attributes that name the existing object; empty for a new one.
 * @param content - The fields.
 * @param back - The address of Cancel.
 * @param commands - The commands.
 */
export function saveForm(
  id: string,
  what: string,
  target: SafeHtml,
  content: SafeHtml,
  back: string,
  commands: readonly SafeHtml[],
): SafeHtml {
  return html`<noscript><p>To save ${what} here, the page needs JavaScript. Without it, use the command line:</p>
<pre class="note"><code>${commands.map(
    (command) => html`${command}
`,
  )}</code></pre></noscript>
<form id="${id}" class="entry"${target} novalidate>
${content}
<div class="save">
<p class="fault summary" role="alert" tabindex="-1"></p>
<p class="buttons"><button class="first" disabled>Save</button> <a class="button" href="${back}">Cancel</a></p>
</div>
</form>`;
}

function attributes(name: string, kind: string, label: string): SafeHtml {
  return html`class="field" data-field="${name}" data-kind="${kind}" data-label="${label}"`;
}

function fault(name: string): SafeHtml {
  return html`<p class="fault" id="entry-${name}-fault"></p>`;
}
