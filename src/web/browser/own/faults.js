// Shows errors of the server in a form, in the words of its labels.
import { showText } from '../parts/invisible-characters.js';
import { parsePorts } from './entry-fields.js';

/** The fields of the form that have other names in the API. */
const FORM_FIELDS = { firstPort: 'port', lastPort: 'port' };

/** The errors of fields for which the server's words describe JSON. */
const MESSAGES = {
  protocols: 'Choose at least one protocol.',
  ranges: 'Ports must be at most 20 ports or ranges such as 20000-20999, from 0 to 65535, separated by commas.',
  sources:
    'Each source must be a title of at most 200 characters, then an address that begins with http:// or https://.',
};

// An error follows the changes of its field, and disappears as soon as the field is corrected.
document.addEventListener('input', ({ target }) => {
  const field = target.closest('.field');
  if (field === null || field.querySelector('[aria-invalid]') === null) return;
  const fault = faultOf(field);
  if (fault === null) clearField(field);
  else field.querySelector('.fault').textContent = fault;
});

/** Returns the error of a field; null if it can be valid: only the server knows all rules. */
function faultOf(field) {
  const { value, required } = field.querySelector('input, select, textarea');
  if (required && value.trim() === '') return `${field.dataset.label} must not be empty.`;
  return field.dataset.kind === 'ports' && parsePorts(value) === null ? portsFault(value) : null;
}

function portsFault(text) {
  const [first, last, ...others] = text.split(/[-–]/);
  if (last === undefined) return 'Port must be a whole number from 0 to 65535.';
  const isReversed = others.length === 0 && parsePorts(`${last}-${first}`) !== null;
  return isReversed
    ? 'The last port is below the first.'
    : 'Port must be a range such as 20000-20019, from 0 to 65535.';
}

function clearField(field) {
  field.querySelector('.fault').textContent = '';
  for (const control of field.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
}

/** Clears all errors of a form. */
export function clearFaults(form) {
  for (const field of form.querySelectorAll('.field')) clearField(field);
  form.querySelector('.summary')?.replaceChildren();
}

/**
 * Shows each error of a request beside its field and focuses the first invalid one, or shows the error beside the buttons.
 *
 * @param {HTMLFormElement} form The form.
 * @param {import('./api.js').ProblemError} error The error of the request.
 */
export function showFaults(form, error) {
  clearFaults(form);
  const others = error.errors.filter((one) => !showInField(form, one));
  if (others.length > 0 || error.errors.length === 0)
    showSummary(form, [others.map(({ detail }) => detail).join(' ') || error.message]);
  const first = form.querySelector('[aria-invalid]');
  if (first === null) return;
  const collapsed = first.closest('details');
  if (collapsed !== null) collapsed.open = true;
  first.focus();
}

/**
 * Shows a message beside the buttons of a form, and focuses it.
 *
 * @param {HTMLFormElement} form The form.
 * @param {(string | Node)[]} parts The message; texts are untrusted.
 */
export function showSummary(form, parts) {
  const summary = form.querySelector('.summary');
  const nodes = parts.map((part) => {
    if (part instanceof Node) return part;
    const text = document.createElement('span');
    showText(text, part);
    return text;
  });
  summary.replaceChildren(...nodes);
  summary.focus();
}

/** Shows an error beside the field of its parameter, such as `sources` or `sources[0].url`; returns false for no field. */
function showInField(form, { parameter, detail }) {
  const [written] = parameter.split(/[.[]/);
  const name = FORM_FIELDS[written] ?? written;
  const field = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  if (field === null) return false;
  showText(field.querySelector('.fault'), describe(field, detail));
  for (const control of field.querySelectorAll('input, select, textarea')) control.setAttribute('aria-invalid', 'true');
  return true;
}

/** Describes an error in the words of the label: `Cannot read owner "…": expected a text …` is `Owner must be a text …`. */
function describe(field, detail) {
  const { field: name, label } = field.dataset;
  const [, expected] = /: expected (.*)$/s.exec(detail) ?? [];
  const words = expected === undefined ? detail : (MESSAGES[name] ?? `${label} must be ${expected}.`);
  return faultOf(field) ?? words;
}
