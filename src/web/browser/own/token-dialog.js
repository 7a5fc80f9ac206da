// The dialog for a token.
import { fetchJson, storeToken } from './api.js';
import { openDialog } from './dialog.js';

const SCOPES = ['read', 'write', 'admin'];

/**
 * Reads a token from the dialog, which is open, and stores it if it is valid.
 *
 * @param {string} scope The required scope.
 * @param {string} reason The error of the previous token; empty for none.
 * @returns {Promise<{ name: string, scope: string } | null>} The name and the scope of the token; null if none was entered.
 */
export async function readToken(scope, reason) {
  const field = document.getElementById('token-value');
  const fault = document.getElementById('token-fault');
  let found = null;
  const clear = (words = '') => {
    fault.textContent = words;
    field.removeAttribute('aria-invalid');
  };
  const refuse = (words) => {
    fault.textContent = words;
    field.setAttribute('aria-invalid', 'true');
    field.focus();
    return false;
  };
  const closed = openDialog('token-dialog', async () => {
    const value = field.value.trim();
    if (!/^[\w.~+/=-]{1,256}$/.test(value))
      return refuse('A token has letters, digits and the characters . _ ~ + / = - only.');
    try {
      const { body } = await fetchJson('/token', { bearer: value });
      if (SCOPES.indexOf(body.scope) < SCOPES.indexOf(scope))
        return refuse(`The token ${body.name} has the scope ${body.scope}, but this needs the scope ${scope}.`);
      storeToken(value);
      found = body;
      return true;
    } catch (error) {
      return refuse(error.message);
    }
  });
  field.oninput = () => clear();
  clear(reason);
  field.form.querySelector('button').disabled = false;
  await closed;
  field.value = '';
  return found;
}
