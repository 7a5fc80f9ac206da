import { keepToken, token } from './api.js';
import { openDialog } from './dialog.js';

/**
 * Asks for a token.
 *
 * @param {string} reason Why it is asked for anew; empty for none.
 * @returns {Promise<boolean>} Whether there is one now.
 */
export async function askForToken(reason = '') {
  const field = document.getElementById('token-value');
  field.value = token() ?? '';
  const answered = openDialog(
    'token-dialog',
    async (form) => {
      const value = field.value.trim();
      if (!/^[\w.~+/=-]{1,256}$/.test(value)) {
        form.querySelector('.fault').textContent = 'A token has letters, digits and the characters . _ ~ + / = - only.';
        field.setAttribute('aria-invalid', 'true');
        return false;
      }
      keepToken(value);
      return true;
    },
    { forget: () => keepToken(null) },
  );
  document.getElementById('token-fault').textContent = reason;
  const isThere = await answered;
  field.value = '';
  return isThere;
}
