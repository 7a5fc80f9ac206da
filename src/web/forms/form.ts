import { html, type SafeHtml } from '@remix-run/html-template';
import type { Fault } from '../../registry/values/registry-error.ts';
import { address } from './address.ts';
import { faultText } from './fault-text.ts';
import { renderUntrusted } from './untrusted-text.ts';

/** The current values of a form by parameter name. */
export type FormValues = ReadonlyMap<string, string>;

/** What a form shows: the entered values, and what is wrong with them. */
export interface FormInput {
  readonly values: FormValues;
  readonly faults: readonly Fault[];
}

/** The input of an empty form. */
export const NO_INPUT: FormInput = { values: new Map(), faults: [] };

/** A field of a form. */
export interface FormField {
  /** The parameter. */
  readonly name: string;
  readonly label: string;
  /**
   * Renders the control.
   *
   * @param value - The entered value; undefined for none.
   * @param attributes - Further attributes of the control.
   */
  readonly control: (value: string | undefined, attributes: SafeHtml) => SafeHtml;
  /** `above` the control by default; a checkbox has its label `after` it, and a group has it as a `legend`. */
  readonly labelPlace?: 'above' | 'after' | 'legend';
}

/** The options of a text field. */
export interface FieldOptions {
  readonly type?: 'text' | 'search';
  /** Whether the value is a number: its control is narrow, and phones show digits. */
  readonly isNumber?: boolean;
  readonly required?: boolean;
  readonly maxlength?: number;
  /** The placeholder: the default value, or an example. */
  readonly example?: string;
}

/**
 * Renders a form that sends a GET request.
 *
 * @param path - The path of the request.
 * @param fields - The fields.
 * @param input - The values, and the faults that stand beside their fields.
 * @param button - The label of the button.
 */
export function filters(path: string, fields: readonly FormField[], input: FormInput, button = 'Show'): SafeHtml {
  return getForm(path, html`${renderFields(fields, input)}<button class="first">${button}</button>`);
}

/**
 * Renders a form of any content that sends a GET request.
 *
 * @param path - The path of the request.
 * @param content - The fields and the button.
 */
export function getForm(path: string, content: SafeHtml): SafeHtml {
  return html`<form class="filters" action="${address(path)}">
${content}
</form>`;
}

/**
 * Renders the fields of a form. The first invalid field gets the focus.
 *
 * @param fields - The fields.
 * @param input - The values and the faults.
 * @param all - All fields of the form, for faults that name another field.
 */
export function renderFields(
  fields: readonly FormField[],
  { values, faults }: FormInput,
  all: readonly FormField[] = fields,
): SafeHtml {
  return html`${fields.map((field) => {
    const fault = faults.find(({ parameter }) => parameter === field.name);
    const rendered =
      fault === undefined
        ? validField(field, values.get(field.name))
        : invalidField(field, values.get(field.name), faultText(fault.detail, all), fault === faults[0]);
    return html`${rendered}
`;
  })}`;
}

/**
 * Returns whether one of the fields is invalid.
 *
 * @param fields - The fields.
 * @param input - The faults.
 */
export function hasFault(fields: readonly FormField[], { faults }: FormInput): boolean {
  return faults.some(({ parameter }) => fields.some(({ name }) => name === parameter));
}

function validField({ label, control, labelPlace = 'above' }: FormField, value: string | undefined): SafeHtml {
  const rendered = control(value, html``);
  if (labelPlace === 'legend') return html`<fieldset><legend>${label}</legend>${rendered}</fieldset>`;
  return labelPlace === 'after'
    ? html`<label class="box">${rendered} ${label}</label>`
    : html`<label>${label}${rendered}</label>`;
}

/** Renders a field with its fault outside of the label, which is the name of the control. */
function invalidField(field: FormField, value: string | undefined, text: string, hasFocus: boolean): SafeHtml {
  const { name, label, control, labelPlace = 'above' } = field;
  const fault = html`<p class="fault" id="fault-${name}">${renderUntrusted(text)}</p>`;
  const focus = hasFocus ? html` autofocus` : '';
  const rendered = control(
    value,
    html` id="field-${name}" aria-invalid="true" aria-describedby="fault-${name}"${focus}`,
  );
  if (labelPlace === 'legend') return html`<fieldset><legend>${label}</legend>${fault}${rendered}</fieldset>`;
  return labelPlace === 'after'
    ? html`<div class="faulty">${fault}<label class="box">${rendered} ${label}</label></div>`
    : html`<div class="faulty"><label for="field-${name}">${label}</label>${fault}${rendered}</div>`;
}

/**
 * Returns a field for a line of text.
 *
 * @param name - The parameter.
 * @param label - The label.
 * @param options - The options of the field.
 */
export function textField(name: string, label: string, options: FieldOptions = {}): FormField {
  const { type = 'text', isNumber = false, required = false, maxlength = 200, example } = options;
  // Not `type="number"`: it drops what is no number, so that nobody could see and correct it.
  const kind = isNumber ? html`inputmode="numeric" size="7"` : html`type="${type}"`;
  const placeholder = example === undefined ? '' : html` placeholder="${example}"`;
  return {
    name,
    label,
    control: (value = '', attributes) =>
      html`<input ${kind} name="${name}" value="${value}"${placeholder} maxlength="${maxlength}"${required ? html` required` : ''} autocomplete="off" spellcheck="false" autocapitalize="none"${attributes}>`,
  };
}

/**
 * Returns a drop-down list with an option for no value.
 *
 * @param name - The parameter.
 * @param label - The label.
 * @param options - The options.
 * @param empty - The label of the option for no value.
 */
export function select(name: string, label: string, options: readonly string[], empty = 'any'): FormField {
  // Names of teams may differ by case only.
  const chosenOf = (value = '') =>
    options.includes(value) ? value : options.find((option) => option.toLowerCase() === value.toLowerCase());
  return {
    name,
    label,
    control: (value, attributes) => html`<select name="${name}"${attributes}>
<option value="">${empty}</option>
${options.map(
  (option) => html`<option${option === chosenOf(value) ? html` selected` : ''}>${option}</option>
`,
)}</select>`,
  };
}

/**
 * Returns a group of checkboxes, whose values are one comma-separated list. A hidden field sends the parameter even if none is
 * checked.
 *
 * @param name - The parameter.
 * @param legend - The title of the group.
 * @param boxes - The values and labels of the checkboxes. Without the parameter all are checked.
 */
export function checkboxes(name: string, legend: string, boxes: Readonly<Record<string, string>>): FormField {
  return {
    name,
    label: legend,
    labelPlace: 'legend',
    control: (value, attributes) => {
      const checked = checkedWords(value, Object.keys(boxes));
      return html`<input type="hidden" name="${name}" value="">
${Object.entries(boxes).map(
  ([word, label], index) =>
    html`<label class="box"><input type="checkbox" name="${name}" value="${word}"${checked.includes(word) ? html` checked` : ''}${index === 0 ? attributes : ''}> ${label}</label>
`,
)}`;
    },
  };
}

/**
 * Returns a checkbox with the value `true`.
 *
 * @param name - The parameter.
 * @param label - The label.
 */
export function checkbox(name: string, label: string): FormField {
  return {
    name,
    label,
    labelPlace: 'after',
    control: (value, attributes) =>
      html`<input type="checkbox" name="${name}" value="true"${isTrue(value) ? html` checked` : ''}${attributes}>`,
  };
}

/**
 * Returns whether a checkbox is checked.
 *
 * @param value - Its parameter; undefined for none.
 */
export function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}

/**
 * Returns the values of the checked checkboxes of a group.
 *
 * @param value - The parameter, a comma-separated list; undefined for none.
 * @param all - The values of all of them, which are checked by default.
 */
export function checkedWords(value: string | undefined, all: readonly string[]): readonly string[] {
  return value?.split(',').map((word) => word.trim().toLowerCase()) ?? all;
}
