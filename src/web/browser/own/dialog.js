// Modal dialogs. The browser traps the focus and restores it afterwards.
import { showText } from '../parts/invisible-characters.js';

/**
 * Opens a modal dialog and waits until it is closed.
 *
 * @param {string} id The id of the dialog.
 * @param {(form: HTMLFormElement) => Promise<boolean>} submit Handles a submission; returns whether to close the dialog.
 * @param {Record<string, () => void>} actions The actions of other buttons by value; they close the dialog.
 * @returns {Promise<boolean>} True after a successful submission; false if the dialog was cancelled.
 */
export function openDialog(id, submit, actions = {}) {
  const dialog = document.getElementById(id);
  const form = dialog.querySelector('form');
  const listeners = new AbortController();
  const { signal } = listeners;
  return new Promise((resolve) => {
    let isDone = false;
    let isBusy = false;
    const onSubmit = async (event) => {
      event.preventDefault();
      if (isBusy) return;
      isBusy = true;
      form.setAttribute('aria-busy', 'true');
      try {
        isDone = await submit(form);
      } finally {
        isBusy = false;
        form.removeAttribute('aria-busy');
      }
      if (isDone) dialog.close();
    };
    form.addEventListener('submit', onSubmit, { signal });
    for (const button of form.querySelectorAll('button[value]')) {
      const onClick = () => {
        actions[button.value]?.();
        dialog.close();
      };
      button.addEventListener('click', onClick, { signal });
    }
    const onClose = () => {
      listeners.abort();
      resolve(isDone);
    };
    dialog.addEventListener('close', onClose, { signal });
    clearFaults(form);
    dialog.showModal();
  });
}

/** Clears all errors of a form. */
export function clearFaults(form) {
  for (const fault of form.querySelectorAll('.fault')) fault.textContent = '';
  for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
}

/**
 * Shows each error beside its field, and the others above the form. Focuses the first invalid field.
 *
 * @param {HTMLFormElement} form The form.
 * @param {import('./api.js').ProblemError} error The error of the request.
 */
export function showFaults(form, error) {
  clearFaults(form);
  const faults = error.errors.map(({ parameter, detail }) => ({ field: fieldOf(form, parameter), detail }));
  for (const { field, detail } of faults) {
    if (field === null) continue;
    showText(field.querySelector('.fault'), detail);
    for (const control of field.querySelectorAll('input, select, textarea'))
      control.setAttribute('aria-invalid', 'true');
  }
  const others = faults.filter(({ field }) => field === null).map(({ detail }) => detail);
  const isAllInFields = faults.length > 0 && others.length === 0;
  const summary = form.querySelector('.fault.summary');
  if (summary !== null) showText(summary, isAllInFields ? '' : others.length > 0 ? others.join(' ') : error.message);
  const [first] = faults.flatMap(({ field }) => field ?? []);
  first?.querySelector('input, select, textarea').focus();
}

/** Returns the visible field of a parameter such as `sources` or `sources[0].url`; null for none. */
function fieldOf(form, parameter) {
  const [name] = parameter.split(/[.[]/);
  const field = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  return field === null || field.closest('[hidden]') !== null ? null : field;
}
