import { html, type SafeHtml } from '@remix-run/html-template';
import { address } from './address.ts';

/** What was given, by the parameters' names. */
export type FormValues = ReadonlyMap<string, string>;

/** What is different about a field. */
export interface FieldOptions {
  readonly type?: 'text' | 'search' | 'number';
  readonly required?: boolean;
  readonly maxlength?: number;
  /** The lowest and the highest number. */
  readonly bounds?: readonly [min: number, max: number];
  /** What stands in the field while it is empty: what holds then. */
  readonly example?: string;
}

/**
 * Writes a form that asks the server by its address.
 *
 * @param path - Where it asks.
 * @param fields - Its fields.
 * @param words - What its button says.
 */
export function filters(path: string, fields: readonly SafeHtml[], words = 'Show'): SafeHtml {
  return html`<form class="filters" action="${address(path)}">
${fields.map(
  (field) => html`${field}
`,
)}<button class="first">${words}</button>
</form>`;
}

/**
 * Writes a field for a line of text.
 *
 * @param name - The parameter.
 * @param label - What it is called.
 * @param values - What was given.
 * @param options - What is different about it.
 */
export function textField(name: string, label: string, values: FormValues, options: FieldOptions = {}): SafeHtml {
  const { type = 'text', required = false, maxlength = 200, bounds, example } = options;
  const limits = bounds === undefined ? html` maxlength="${maxlength}"` : html` min="${bounds[0]}" max="${bounds[1]}"`;
  return html`<label>${label}<input type="${type}" name="${name}" value="${values.get(name) ?? ''}"${example === undefined ? '' : html` placeholder="${example}"`}${limits}${required ? html` required` : ''} autocomplete="off" spellcheck="false" autocapitalize="none"></label>`;
}

/**
 * Writes a field for one of several words, or for any.
 *
 * @param name - The parameter.
 * @param label - What it is called.
 * @param words - The words.
 * @param values - What was given.
 */
export function select(name: string, label: string, words: readonly string[], values: FormValues): SafeHtml {
  const chosen = values.get(name)?.toLowerCase();
  return html`<label>${label}<select name="${name}">
<option value="">any</option>
${words.map(
  (word) => html`<option${word === chosen ? html` selected` : ''}>${word}</option>
`,
)}</select></label>`;
}

/** One box that can be ticked. */
export interface Box {
  readonly value: string;
  readonly label: string;
  readonly isChecked: boolean;
}

/**
 * Writes boxes of which any number may be ticked. The parameter stands in the address even if none is.
 *
 * @param name - The parameter.
 * @param legend - What they are about.
 * @param boxes - The boxes.
 */
export function checkboxes(name: string, legend: string, boxes: readonly Box[]): SafeHtml {
  return html`<fieldset><legend>${legend}</legend><input type="hidden" name="${name}" value="">
${boxes.map(
  ({
    value,
    label,
    isChecked,
  }) => html`<label class="box"><input type="checkbox" name="${name}" value="${value}"${isChecked ? html` checked` : ''}> ${label}</label>
`,
)}</fieldset>`;
}

/**
 * Writes one box that says `true` where it is ticked.
 *
 * @param name - The parameter.
 * @param label - What it is called.
 * @param isChecked - Whether it is ticked.
 */
export function checkbox(name: string, label: string, isChecked: boolean): SafeHtml {
  return html`<label class="box"><input type="checkbox" name="${name}" value="true"${isChecked ? html` checked` : ''}> ${label}</label>`;
}
