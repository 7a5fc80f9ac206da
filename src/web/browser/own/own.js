// Own entries: added, changed, deleted and reserved, by who has a token.

import { showText } from '../parts/invisible-characters.js';
import { address, ask, keepToken, token } from './api.js';
import { openDialog, showFaults } from './dialog.js';
import { fill, readEntry, readReservation, showFieldsOf } from './entry-form.js';
import { Review } from './review.js';
import { askForToken } from './token.js';

const dialogs = document.getElementById('own-dialogs');
dialogs.replaceWith(dialogs.content);

const TITLES = { create: 'Add an own entry', update: 'Change the own entry', reserve: 'Reserve a port' };
const CHANGED_MEANWHILE = 'Somebody changed this entry after it was opened here, so nothing was saved. Changed there: ';

/**
 * Does what a button stands for.
 *
 * @param {HTMLButtonElement} button The button.
 */
export async function act(button) {
  const { own: action, id, port } = button.dataset;
  if (action === 'token') {
    await askForToken();
    return;
  }
  if (token() === null && !(await askForToken())) return;
  try {
    if (action === 'delete') await remove(id);
    else await write(action, startOf(action, port), id ?? null);
  } catch (refusal) {
    if (refusal.status !== 401) {
      showText(document.getElementById('told'), refusal.message);
      return;
    }
    keepToken(null);
    if (await askForToken(refusal.message)) await act(button);
  }
}

function startOf(action, port) {
  if (port === undefined) return {};
  return action === 'reserve' ? { near: Number(port) } : { firstPort: Number(port), lastPort: Number(port) };
}

/** Has an entry written in the form until the server takes it. */
async function write(action, entry, id) {
  const form = document.querySelector('#entry-dialog form');
  document.getElementById('entry-title').textContent = TITLES[action];
  // What is shown comes with the entity tag that is sent back, so that no change of others is lost.
  let seen = id === null ? null : await ask(`/associations/${id}`);
  fill(form, seen?.body ?? entry);
  showFieldsOf(form, action);
  const review = new Review(form, action, id);
  const isSaved = await openDialog('entry-dialog', async () => {
    if (!(await review.isAccepted())) return false;
    try {
      await save(action, form, id, seen?.etag);
      return true;
    } catch (refusal) {
      if (refusal.status === 412) seen = await explainStale(form, refusal, seen, id);
      else await explain(form, refusal);
      return false;
    }
  });
  review.stop();
  if (isSaved) leave(action);
}

let saved = null;

async function save(action, form, id, etag) {
  if (action === 'create') saved = await ask('/associations', { method: 'POST', body: readEntry(form) });
  else if (action === 'reserve') saved = await ask('/reservations', { method: 'POST', body: readReservation(form) });
  else saved = await ask(`/associations/${id}`, { method: 'PATCH', body: readEntry(form), etag });
}

/** Shows what was saved: the page anew, or that of a new entry. */
function leave(action) {
  const { name, firstPort, lastPort, id } = saved.body;
  const ports = firstPort === lastPort ? firstPort : `${firstPort}-${lastPort}`;
  sessionStorage.setItem('portolan.told', `Saved: ${name} on ${ports}.`);
  if (action === 'update') location.reload();
  else location.assign(address(`/associations/${id}`));
}

/** An entry that others changed: the new one is what the next try replaces. */
async function explainStale(form, refusal, seen, id) {
  try {
    const current = await ask(`/associations/${id}`);
    const changed = Object.keys(current.body).filter(
      (name) => name !== 'revision' && JSON.stringify(current.body[name]) !== JSON.stringify(seen.body[name]),
    );
    const told = changed.map((name) => `${name} is now ${JSON.stringify(current.body[name])}`).join('; ');
    showFaults(form, {
      errors: [],
      message: `${CHANGED_MEANWHILE}${told}. Save again to put your version in its place, or cancel.`,
    });
    return current;
  } catch (other) {
    showFaults(
      form,
      other.status === 404 ? { errors: [], message: 'Somebody deleted this entry meanwhile.' } : refusal,
    );
    return seen;
  }
}

/** An objection to the token has it entered anew; any other appears beside its field. */
async function explain(form, refusal) {
  showFaults(form, refusal);
  if (refusal.status === 401) {
    keepToken(null);
    await askForToken(refusal.message);
  }
}

async function remove(id) {
  let seen = await ask(`/associations/${id}`);
  const dialog = document.getElementById('delete-dialog');
  const describe = ({ name, firstPort, lastPort, protocols, owner, revision }) => {
    const ports = firstPort === lastPort ? firstPort : `${firstPort}-${lastPort}`;
    const team = owner === null ? '' : `, owned by ${owner}`;
    const words = `${name} on ${ports} (${protocols.join(', ')})${team}, revision ${revision}.`;
    showText(dialog.querySelector('.what'), words);
  };
  describe(seen.body);
  const isGone = await openDialog('delete-dialog', async (form) => {
    try {
      await ask(`/associations/${id}`, { method: 'DELETE', etag: seen.etag });
      return true;
    } catch (refusal) {
      if (refusal.status === 412) {
        seen = await explainStale(form, refusal, seen, id);
        describe(seen.body);
      } else await explain(form, refusal);
      return false;
    }
  });
  if (!isGone) return;
  sessionStorage.setItem('portolan.told', `Deleted: ${seen.body.name}.`);
  if (location.pathname.endsWith(`/associations/${id}`)) location.assign(address('/associations?origin=own'));
  else location.reload();
}
