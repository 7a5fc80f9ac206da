// Dialogs: opened, answered once, closed. The browser keeps the focus inside and gives it back.
import { showText } from '../parts/invisible-characters.js';

/**
 * Opens a dialog until it is answered.
 *
 * @param {string} id The dialog.
 * @param {(form: HTMLFormElement, button: HTMLButtonElement | null) => Promise<boolean>} submit Is asked at each submission
 *   whether the dialog is done.
 * @param {Record<string, () => void>} more What other buttons do, by their values, before they close it.
 * @returns {Promise<boolean>} Whether it was done; false when it was given up.
 */
export function openDialog(id, submit, more = {}) {
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
        more[button.value]?.();
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

/** Takes away what was objected to. */
export function clearFaults(form) {
  for (const fault of form.querySelectorAll('.fault')) fault.textContent = '';
  for (const control of form.querySelectorAll('[aria-invalid]')) control.removeAttribute('aria-invalid');
}

/**
 * Shows each objection beside its field, and the others above; the first field at fault gets the focus.
 *
 * @param {HTMLFormElement} form The form.
 * @param {import('./api.js').Refusal} refusal What was objected to.
 */
export function showFaults(form, refusal) {
  clearFaults(form);
  const faults = refusal.errors.map(({ parameter, detail }) => ({ place: fieldOf(form, parameter), detail }));
  for (const { place, detail } of faults) {
    if (place === null) continue;
    showText(place.querySelector('.fault'), detail);
    for (const control of place.querySelectorAll('input, select, textarea'))
      control.setAttribute('aria-invalid', 'true');
  }
  const others = faults.filter(({ place }) => place === null).map(({ detail }) => detail);
  const isAllTold = faults.length > 0 && others.length === 0;
  const summary = form.querySelector('.fault.summary');
  if (summary !== null) showText(summary, isAllTold ? '' : others.length > 0 ? others.join(' ') : refusal.message);
  const [first] = faults.flatMap(({ place }) => place ?? []);
  first?.querySelector('input, select, textarea').focus();
}

/** The field of a parameter such as `sources`, or one of its parts; null where the form has none, or does not show it. */
function fieldOf(form, parameter) {
  const [name] = parameter.split(/[.[]/);
  const field = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  return field === null || field.closest('[hidden]') !== null ? null : field;
}
