import { html, type SafeHtml } from '@remix-run/html-template';
import { address } from './address.ts';

/** The current values of a form by parameter name. */
export type FormValues = ReadonlyMap<string, string>;

/** The options of a field. */
export interface FieldOptions {
  readonly type?: 'text' | 'search' | 'number';
  readonly required?: boolean;
  readonly maxlength?: number;
  /** The lowest and the highest number. */
  readonly bounds?: readonly [min: number, max: number];
  /** The placeholder: the default value. */
  readonly example?: string;
}

/**
 * Renders a form that sends a GET request.
 *
 * @param path - The path of the request.
 * @param fields - The fields.
 * @param label - The label of the button.
 */
export function filters(path: string, fields: readonly SafeHtml[], label = 'Show'): SafeHtml {
  return html`<form class="filters" action="${address(path)}">
${fields.map(
  (field) => html`${field}
`,
)}<button class="first">${label}</button>
</form>`;
}

/**
 * Renders a field for a line of text.
 *
 * @param name - The parameter.
 * @param label - The label.
 * @param values - The current values.
 * @param options - The options of the field.
 */
export function textField(name: string, label: string, values: FormValues, options: FieldOptions = {}): SafeHtml {
  const { type = 'text', required = false, maxlength = 200, bounds, example } = options;
  const limits = bounds === undefined ? html` maxlength="${maxlength}"` : html` min="${bounds[0]}" max="${bounds[1]}"`;
  return html`<label>${label}<input type="${type}" name="${name}" value="${values.get(name) ?? ''}"${example === undefined ? '' : html` placeholder="${example}"`}${limits}${required ? html` required` : ''} autocomplete="off" spellcheck="false" autocapitalize="none"></label>`;
}

/**
 * Renders a drop-down list with an option for no value.
 *
 * @param name - The parameter.
 * @param label - The label.
 * @param options - The options.
 * @param values - The current values.
 * @param empty - The label of the option for no value.
 */
export function select(
  name: string,
  label: string,
  options: readonly string[],
  values: FormValues,
  empty = 'any',
): SafeHtml {
  const chosen = values.get(name)?.toLowerCase();
  return html`<label>${label}<select name="${name}">
<option value="">${empty}</option>
${options.map(
  (option) => html`<option${option === chosen ? html` selected` : ''}>${option}</option>
`,
)}</select></label>`;
}

/** A checkbox of a group. */
export interface Box {
  readonly value: string;
  readonly label: string;
  readonly isChecked: boolean;
}

/**
 * Renders a group of checkboxes. A hidden field sends the parameter even if none is checked.
 *
 * @param name - The parameter.
 * @param legend - The title of the group.
 * @param boxes - The checkboxes.
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
 * Renders a checkbox with the value `true`.
 *
 * @param name - The parameter.
 * @param label - The label.
 * @param isChecked - Whether it is checked.
 */
export function checkbox(name: string, label: string, isChecked: boolean): SafeHtml {
  return html`<label class="box"><input type="checkbox" name="${name}" value="true"${isChecked ? html` checked` : ''}> ${label}</label>`;
}
