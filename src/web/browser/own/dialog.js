// Modal dialogs. The browser traps the focus and restores it afterwards.

import { runOnce } from './api.js';

/**
 * Opens a modal dialog, unless it is open, and waits until it is closed.
 *
 * @param {string} id The id of the dialog.
 * @param {(form: HTMLFormElement) => Promise<boolean>} submit Handles a submission; returns whether to close the dialog.
 * @returns {Promise<boolean>} True after a successful submission; false if the dialog was cancelled.
 */
export function openDialog(id, submit) {
  const dialog = document.getElementById(id);
  const form = dialog.querySelector('form');
  const listeners = new AbortController();
  const { signal } = listeners;
  return new Promise((resolve) => {
    let isDone = false;
    const onSubmit = async (event) => {
      event.preventDefault();
      await runOnce(form, async () => {
        isDone = await submit(form);
      });
      if (isDone) dialog.close();
    };
    const onClose = () => {
      listeners.abort();
      resolve(isDone);
    };
    form.addEventListener('submit', onSubmit, { signal });
    form.querySelector('button[value=cancel]').addEventListener('click', () => dialog.close(), { signal });
    dialog.addEventListener('close', onClose, { signal });
    if (!dialog.open) dialog.showModal();
  });
}
