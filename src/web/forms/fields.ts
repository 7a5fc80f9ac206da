import { html } from '@remix-run/html-template';
import { MOST_CHOICES } from '../../registry/own/own-summary.ts';
import type { FormField } from './form.ts';

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
 * @param words - The labels of the options; by default, the options themselves.
 */
export function select(
  name: string,
  label: string,
  options: readonly string[],
  empty = 'any',
  words: Readonly<Record<string, string>> = {},
): FormField {
  // Names of teams may differ by case only.
  const chosenOf = (value = '') =>
    options.includes(value) ? value : options.find((option) => option.toLowerCase() === value.toLowerCase());
  const wordOf = (option: string) => (Object.hasOwn(words, option) ? words[option] : option);
  const valueAttribute = (option: string) => (wordOf(option) === option ? '' : html` value="${option}"`);
  return {
    name,
    label,
    control: (value, attributes) => html`<select name="${name}"${attributes}>
<option value="">${empty}</option>
${options.map(
  (
    option,
  ) => html`<option${valueAttribute(option)}${option === chosenOf(value) ? html` selected` : ''}>${wordOf(option)}</option>
`,
)}</select>`,
  };
}

/**
 * Returns a field for a word of the own entries, such as an owner: a drop-down list, or a text field if there are too many words
 * for a list.
 *
 * @param name - The parameter.
 * @param label - The label.
 * @param words - The stored words.
 */
export function storedWord(name: string, label: string, words: readonly string[]): FormField {
  return words.length === MOST_CHOICES ? textField(name, label) : select(name, label, words);
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
