// Creates, changes, deletes and reserves own entries with a token.

import { showText } from '../parts/invisible-characters.js';
import { address, fetchJson, storeToken, token } from './api.js';
import { openDialog, showFaults } from './dialog.js';
import { fill, readEntry, readReservation, showFieldsOf } from './entry-form.js';
import { Review } from './review.js';
import { askForToken } from './token.js';

const dialogs = document.getElementById('own-dialogs');
dialogs.replaceWith(dialogs.content);

const TITLES = { create: 'Add an own entry', update: 'Change the own entry', reserve: 'Reserve a port' };
const CHANGED_MEANWHILE = 'Not saved: the entry has changed since it was opened here. Changes: ';

/**
 * Runs the action of a button.
 *
 * @param {HTMLButtonElement} button The button.
 */
export async function runAction(button) {
  const { own: action, id, port } = button.dataset;
  if (action === 'token') {
    await askForToken();
    return;
  }
  if (token() === null && !(await askForToken())) return;
  try {
    if (action === 'delete') await remove(id);
    else await write(action, initialEntry(action, port), id ?? null);
  } catch (error) {
    if (error.status !== 401) {
      showText(document.getElementById('told'), error.message);
      return;
    }
    storeToken(null);
    if (await askForToken(error.message)) await runAction(button);
  }
}

function initialEntry(action, port) {
  if (port === undefined) return {};
  return action === 'reserve' ? { near: Number(port) } : { firstPort: Number(port), lastPort: Number(port) };
}

/** Opens the form until the server has accepted the entry or the user cancels. */
async function write(action, entry, id) {
  const form = document.querySelector('#entry-dialog form');
  document.getElementById('entry-title').textContent = TITLES[action];
  // The ETag of the displayed state is sent with the update, so that no concurrent change is lost.
  let loaded = id === null ? null : await fetchJson(`/associations/${id}`);
  fill(form, loaded?.body ?? entry);
  showFieldsOf(form, action);
  const review = new Review(form, action, id);
  const isSaved = await openDialog('entry-dialog', async () => {
    if (!(await review.isAccepted())) return false;
    try {
      await save(action, form, id, loaded?.etag);
      return true;
    } catch (error) {
      if (error.status === 412) loaded = await showConflict(form, error, loaded, id);
      else await showError(form, error);
      return false;
    }
  });
  review.stop();
  if (isSaved) showSaved(action);
}

let saved = null;

async function save(action, form, id, etag) {
  if (action === 'create') saved = await fetchJson('/associations', { method: 'POST', body: readEntry(form) });
  else if (action === 'reserve')
    saved = await fetchJson('/reservations', { method: 'POST', body: readReservation(form) });
  else saved = await fetchJson(`/associations/${id}`, { method: 'PATCH', body: readEntry(form), etag });
}

/** Reloads the page after an update, or opens the page of the new entry. */
function showSaved(action) {
  const { name, firstPort, lastPort, id } = saved.body;
  const ports = firstPort === lastPort ? firstPort : `${firstPort}-${lastPort}`;
  sessionStorage.setItem('portolan.told', `Saved: ${name} on ${ports}.`);
  if (action === 'update') location.reload();
  else location.assign(address(`/associations/${id}`));
}

/** Shows the changes of others; returns the current state, which the next try replaces. */
async function showConflict(form, error, loaded, id) {
  try {
    const current = await fetchJson(`/associations/${id}`);
    const changed = Object.keys(current.body).filter(
      (name) => name !== 'revision' && JSON.stringify(current.body[name]) !== JSON.stringify(loaded.body[name]),
    );
    const changes = changed.map((name) => `${name} is now ${JSON.stringify(current.body[name])}`).join('; ');
    showFaults(form, {
      errors: [],
      message: `${CHANGED_MEANWHILE}${changes}. Save again to overwrite them, or cancel.`,
    });
    return current;
  } catch (other) {
    showFaults(
      form,
      other.status === 404 ? { errors: [], message: 'This entry has been deleted in the meantime.' } : error,
    );
    return loaded;
  }
}

/** Shows an error in the form; asks for another token if the token was rejected. */
async function showError(form, error) {
  showFaults(form, error);
  if (error.status === 401) {
    storeToken(null);
    await askForToken(error.message);
  }
}

async function remove(id) {
  let loaded = await fetchJson(`/associations/${id}`);
  const dialog = document.getElementById('delete-dialog');
  const describe = ({ name, firstPort, lastPort, protocols, owner, revision }) => {
    const ports = firstPort === lastPort ? firstPort : `${firstPort}-${lastPort}`;
    const ownedBy = owner === null ? '' : `, owned by ${owner}`;
    const text = `${name} on ${ports} (${protocols.join(', ')})${ownedBy}, revision ${revision}.`;
    showText(dialog.querySelector('.what'), text);
  };
  describe(loaded.body);
  const isDeleted = await openDialog('delete-dialog', async (form) => {
    try {
      await fetchJson(`/associations/${id}`, { method: 'DELETE', etag: loaded.etag });
      return true;
    } catch (error) {
      if (error.status === 412) {
        loaded = await showConflict(form, error, loaded, id);
        describe(loaded.body);
      } else await showError(form, error);
      return false;
    }
  });
  if (!isDeleted) return;
  sessionStorage.setItem('portolan.told', `Deleted: ${loaded.body.name}.`);
  if (location.pathname.endsWith(`/associations/${id}`)) location.assign(address('/associations?origin=own'));
  else location.reload();
}
