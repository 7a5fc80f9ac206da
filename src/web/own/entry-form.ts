import { html, type SafeHtml } from '@remix-run/html-template';
import { CLIENT_FIELDS, type OwnEntry } from '../../registry/own/own-fields.ts';
import type { ClientField } from '../../registry/rows/association-field.ts';
import type { FieldKindName } from '../../registry/values/field-kinds.ts';
import { formatSpan } from '../../registry/values/port-range.ts';
import type { Reference } from '../../registry/values/reference.ts';
import { controlAttributes, labelledField, protocolField } from './form-fields.ts';

/** The fields that the form does not have: an own entry has no need of them. */
const LEFT_OUT: readonly (keyof OwnEntry)[] = ['usedBy', 'confidence'];

/** The fields of the first part of the form besides the ports, which are one field, in its order. */
const FIRST = ['name', 'protocols', 'owner', 'environment'] as const satisfies readonly (keyof OwnEntry)[];

const PORTS: readonly (keyof OwnEntry)[] = ['firstPort', 'lastPort'];
const FIELDS = new Map(CLIENT_FIELDS);
const PLACED = new Set<keyof OwnEntry>([...FIRST, ...PORTS, ...LEFT_OUT]);

/** The names of the fields of the collapsed part, in the order of the form: a short control before a wide one. */
const COLLAPSED = [...FIELDS.keys()]
  .filter((name) => !PLACED.has(name))
  .sort((a, b) => Number(isWide(a)) - Number(isWide(b)));

/** The initial values of the form. */
export interface InitialEntry extends Partial<OwnEntry> {
  /** The ports as text, such as `8443` or `20000-20019`. */
  readonly port: string;
}

/**
 * Returns the initial values of the form for an existing entry.
 *
 * @param entry - The entry.
 */
export function initialEntry(entry: OwnEntry): InitialEntry {
  return { ...entry, port: formatSpan(entry) };
}

/**
 * Renders the fields of an own entry. A script enables them, as it is needed to save the entry.
 *
 * @param values - The initial values.
 */
export function entryFields(values: InitialEntry): SafeHtml {
  const isSet = COLLAPSED.some((name) => textOf(name, values) !== textOf(name, { port: '' }));
  const [name, ...others] = FIRST.map((field) => entryField(field, values));
  const labels = COLLAPSED.map((field) => fieldOf(field).label.toLowerCase());
  return html`<fieldset class="fields" disabled><legend class="visually-hidden">Own entry</legend>
${name}
${portField(values.port)}
${others}
<details${isSet ? html` open` : ''}><summary>More: ${labels.join(', ')}</summary>
<div class="fields">
${COLLAPSED.map((field) => entryField(field, values))}</div></details>
</fieldset>`;
}

function isWide(name: keyof OwnEntry): boolean {
  return ['longText', 'referenceList'].includes(fieldOf(name).kind.name);
}

function fieldOf(name: keyof OwnEntry): ClientField<unknown> {
  return FIELDS.get(name) as ClientField<unknown>;
}

/** The texts of lists in a form. The script `entry-fields.js` has the inverse for each. */
const LIST_TEXTS: { readonly [Kind in FieldKindName]?: (value: never) => string } = {
  wordList: (words: readonly string[]) => words.join(', '),
  referenceList: (sources: readonly Reference[]) =>
    sources.map(({ title, url }) => `${title} ${url ?? ''}`.trim()).join('\n'),
};

function textOf(name: keyof OwnEntry, values: InitialEntry): string {
  const { kind, fallback } = fieldOf(name);
  const value = values[name] ?? fallback ?? null;
  return value === null ? '' : (LIST_TEXTS[kind.name]?.(value as never) ?? String(value));
}

type Control = (name: keyof OwnEntry, field: ClientField<unknown>, values: InitialEntry) => SafeHtml;

/** The control of each kind of field, except for the group of protocols. */
const CONTROLS: { readonly [Kind in Exclude<FieldKindName, 'protocolList'>]: Control } = {
  port: input('text'),
  shortText: input('text'),
  longText: textArea(3),
  webLink: input('url'),
  day: input('date'),
  oneOf: choice,
  wordList: input('text'),
  referenceList: textArea(2),
};

/** The way to write several values, as a part of the label. */
const HINTS: { readonly [Kind in FieldKindName]?: string } = {
  wordList: ', separated by commas',
  referenceList: ', one per line: title, then URL',
};

/** Renders a field with its label and a place for its error. */
function entryField(name: keyof OwnEntry, values: InitialEntry): SafeHtml {
  const field = fieldOf(name);
  const { kind, label } = field;
  if (kind.name === 'protocolList') {
    return protocolField(name, label, (values[name] ?? field.fallback) as readonly string[]);
  }
  const control = CONTROLS[kind.name](name, field, values);
  return labelledField(name, kind.name, label, HINTS[kind.name] ?? '', control);
}

function portField(value: string): SafeHtml {
  const control = html`<input ${controlAttributes('port')} type="text" value="${value}" required maxlength="11" placeholder="8443" autocomplete="off" spellcheck="false">`;
  return labelledField('port', 'ports', 'Port', ', or a range such as 20000-20019', control);
}

function input(type: 'text' | 'url' | 'date'): Control {
  return (name, { kind, fallback, placeholder = type === 'url' ? 'https://' : '' }, values) => {
    const required = fallback === undefined ? html` required` : '';
    return html`<input ${controlAttributes(name)} type="${type}" value="${textOf(name, values)}"${required} maxlength="${kind.maxLength}" placeholder="${placeholder}" autocomplete="off" spellcheck="false">`;
  };
}

function textArea(rows: number): Control {
  return (name, { kind }, values) => {
    const limit = kind.maxLength === null ? '' : html` maxlength="${kind.maxLength}"`;
    // HTML drops a line break after the tag.
    return html`<textarea ${controlAttributes(name)} rows="${rows}"${limit}>
${textOf(name, values)}</textarea>`;
  };
}

function choice(name: keyof OwnEntry, { kind, fallback }: ClientField<unknown>, values: InitialEntry): SafeHtml {
  const chosen = textOf(name, values);
  const options = fallback === null ? ['', ...kind.words] : kind.words;
  return html`<select ${controlAttributes(name)}>${options.map((option) => html`<option${option === chosen ? html` selected` : ''}>${option}</option>`)}</select>`;
}
