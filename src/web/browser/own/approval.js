// The button that approves an own entry or withdraws its approval.
import { fetchJson, openPage, sendWithToken } from './api.js';

/**
 * Sends the approval, or its withdrawal, when an admin clicks the button.
 *
 * @param {HTMLButtonElement} button The button.
 * @param {string} id The id of the entry.
 */
export function listenForApproval(button, id) {
  const { method, revision } = button.dataset;
  button.onclick = async () => {
    button.disabled = true;
    try {
      const { body, etag } = await fetchJson(`/associations/${id}`);
      // An admin approves what the page shows, not what somebody has changed meanwhile.
      if (String(body.revision) !== revision) {
        openPage(`/associations/${id}`, { text: 'Somebody changed this entry meanwhile. Nothing was approved.' });
        return;
      }
      if ((await sendWithToken('admin', `/associations/${id}/approval`, { method, etag })) === null) return;
      const words = method === 'POST' ? 'Approved' : 'Approval withdrawn';
      openPage(`/associations/${id}`, { text: `${words}: ${body.name}.` });
    } catch (error) {
      document.getElementById('approval-fault').textContent = error.message;
      button.disabled = false;
    }
  };
}
