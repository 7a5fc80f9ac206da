import { html, type SafeHtml } from '@remix-run/html-template';
import type { Fault } from '../../registry/values/registry-error.ts';
import { address } from '../parts/address.ts';
import { renderUntrusted } from '../parts/untrusted-text.ts';
import { faultText } from './fault-text.ts';

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
