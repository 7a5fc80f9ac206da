import { html, type SafeHtml } from '@remix-run/html-template';
import { CLIENT_FIELDS, type OwnEntry } from '../../registry/own/own-fields.ts';
import type { ClientField } from '../../registry/rows/association-field.ts';
import type { FieldKindName } from '../../registry/values/field-kinds.ts';
import { TRANSPORT_PROTOCOLS } from '../../registry/values/transport-protocol.ts';

type Control = (name: string, field: ClientField<unknown>) => SafeHtml;

/** The control of each kind of field. The script `entry-form.js` has a converter for each kind. */
const CONTROLS: { readonly [Kind in FieldKindName]: Control } = {
  port: (name, field) => inputOf(name, field, 'text', html` inputmode="numeric"`),
  shortText: (name, field) => inputOf(name, field, 'text'),
  longText: (name, field) => textArea(name, field, 3),
  webLink: (name, field) => inputOf(name, { placeholder: 'https://', ...field }, 'url'),
  day: (name, field) => inputOf(name, field, 'date'),
  oneOf: choice,
  wordList: (name, field) => inputOf(name, field, 'text'),
  protocolList: checkBoxes,
  referenceList: (name, field) => textArea(name, field, 2),
};

/** The way to write several values, as a part of the label. */
const HINTS: { readonly [Kind in FieldKindName]?: string } = {
  wordList: ', separated by commas',
  referenceList: ', one per line: title, then URL',
};

/** The kinds with a control of the whole width. */
const WIDE: readonly FieldKindName[] = ['longText', 'referenceList'];

/** The fields that the form has in places of their own. */
const PLACED: readonly (keyof OwnEntry)[] = ['name', 'firstPort', 'lastPort', 'protocols'];

/** The first of the other fields, in this order. */
const FIRST: readonly (keyof OwnEntry)[] = ['owner', 'contact', 'environment', 'usedBy'];

const FIELDS = new Map(CLIENT_FIELDS);
const OTHERS = [...new Set([...FIRST, ...FIELDS.keys()])].filter((name) => !PLACED.includes(name));

/** The names of the fields with a short control that have no place of their own, in the order of the form. */
export const SHORT_FIELDS = OTHERS.filter((name) => !isWide(name));

/** The names of the fields of the whole width, in the order of the form. */
export const WIDE_FIELDS = OTHERS.filter(isWide);

function isWide(name: keyof OwnEntry): boolean {
  return WIDE.includes(fieldOf(name).kind.name);
}

function fieldOf(name: keyof OwnEntry): ClientField<unknown> {
  return FIELDS.get(name) as ClientField<unknown>;
}

/**
 * Renders a field of an own entry with its label and a place for the server's error.
 *
 * @param name - The field.
 */
export function entryField(name: keyof OwnEntry): SafeHtml {
  const field = fieldOf(name);
  const { kind, label } = field;
  const control = CONTROLS[kind.name](name, field);
  const attributes = html`class="field" data-field="${name}" data-kind="${kind.name}"`;
  // A group of check boxes has no single control for a label.
  return kind.name === 'protocolList'
    ? html`<fieldset ${attributes} aria-describedby="entry-${name}-fault"><legend>${label}</legend>
${control}${fault(name)}</fieldset>`
    : html`<div ${attributes}>${labelled(name, `${label}${HINTS[kind.name] ?? ''}`, control)}</div>`;
}

/**
 * Renders a field that is not a field of an own entry.
 *
 * @param name - The name of the field.
 * @param label - The label.
 * @param attributes - Further attributes of its control.
 */
export function plainField(name: string, label: string, attributes: SafeHtml): SafeHtml {
  return html`<div class="field" data-field="${name}">${labelled(name, label, input(name, 'text', attributes))}</div>`;
}

function labelled(name: string, label: string, control: SafeHtml): SafeHtml {
  return html`<label for="entry-${name}">${label}</label>${control}${fault(name)}`;
}

function fault(name: string): SafeHtml {
  return html`<p class="fault" id="entry-${name}-fault"></p>`;
}

function inputOf(name: string, field: ClientField<unknown>, type: string, attributes: SafeHtml = html``): SafeHtml {
  const { kind, fallback, placeholder } = field;
  const required = fallback === undefined ? html`required ` : '';
  const shown = placeholder === undefined ? '' : html` placeholder="${placeholder}"`;
  return input(name, type, html`${required}maxlength="${kind.maxLength}"${attributes}${shown}`);
}

function input(name: string, type: string, attributes: SafeHtml): SafeHtml {
  return html`<input id="entry-${name}" name="${name}" type="${type}" ${attributes} autocomplete="off" spellcheck="false" aria-describedby="entry-${name}-fault">`;
}

function textArea(name: string, { kind }: ClientField<unknown>, rows: number): SafeHtml {
  const limit = kind.maxLength === null ? '' : html` maxlength="${kind.maxLength}"`;
  return html`<textarea id="entry-${name}" name="${name}" rows="${rows}"${limit} aria-describedby="entry-${name}-fault"></textarea>`;
}

function choice(name: string, { kind, fallback }: ClientField<unknown>): SafeHtml {
  const options = fallback === null ? ['', ...kind.words] : kind.words;
  return html`<select id="entry-${name}" name="${name}" aria-describedby="entry-${name}-fault">${options.map((option) => html`<option${option === fallback ? html` selected` : ''}>${option}</option>`)}</select>`;
}

function checkBoxes(name: string, { fallback }: ClientField<unknown>): SafeHtml {
  const checked = fallback as readonly string[];
  return html`${TRANSPORT_PROTOCOLS.map(
    (
      protocol,
    ) => html`<label class="box"><input type="checkbox" name="${name}" value="${protocol}"${checked.includes(protocol) ? html` checked` : ''}> ${protocol}</label>
`,
  )}`;
}
