import { storeToken, token } from './api.js';
import { openDialog } from './dialog.js';

/**
 * Asks the user for a token.
 *
 * @param {string} reason The error of the previous token; empty for none.
 * @returns {Promise<boolean>} Whether a token was entered.
 */
export async function askForToken(reason = '') {
  const field = document.getElementById('token-value');
  field.value = token() ?? '';
  const closed = openDialog(
    'token-dialog',
    async (form) => {
      const value = field.value.trim();
      if (!/^[\w.~+/=-]{1,256}$/.test(value)) {
        form.querySelector('.fault').textContent = 'A token has letters, digits and the characters . _ ~ + / = - only.';
        field.setAttribute('aria-invalid', 'true');
        return false;
      }
      storeToken(value);
      return true;
    },
    { forget: () => storeToken(null) },
  );
  document.getElementById('token-fault').textContent = reason;
  const isEntered = await closed;
  field.value = '';
  return isEntered;
}
