// The pages of pools: creates, changes and deletes a pool.
import { ensureToken, fetchJson, openPage, runOnce, sendWithToken } from './api.js';

const form = document.getElementById('pool');
const { pool } = form.dataset;
const path = pool === undefined ? '/pools' : `/pools/${encodeURIComponent(pool)}`;
const details = form.closest('details');
let isChanged = false;

form.addEventListener('input', () => {
  isChanged = true;
});
// Closing or leaving the page asks before it discards the changes.
addEventListener('beforeunload', (event) => isChanged && event.preventDefault());
form.addEventListener('submit', (event) => {
  event.preventDefault();
  runOnce(form, save);
});
form.querySelector('fieldset').disabled = false;
form.querySelector('button.first').disabled = false;
details.addEventListener('toggle', focusForm);
document.getElementById('delete')?.addEventListener('click', remove);

/** Moves the focus to the first field. The event comes some time after the form is open: the user may be in a field already. */
function focusForm() {
  if (details.open && !form.contains(document.activeElement)) form.querySelector('input').focus();
}

/** Sends the pool, or only the changed fields of an existing one: other fields keep the changes of others. */
async function save() {
  const { readChanges, readEntry } = await import('./entry-fields.js');
  const saved = await write(
    form,
    pool === undefined ? { method: 'POST', body: readEntry(form) } : { method: 'PATCH', body: readChanges(form) },
  );
  if (saved === null) return;
  isChanged = false;
  const { name } = saved.body;
  openPage(`/pools/${encodeURIComponent(name)}`, { text: `Saved: ${name}.` });
}

async function remove() {
  if (!(await ensureToken('admin'))) return;
  const [{ openDialog }, { clearFaults }] = await Promise.all([import('./dialog.js'), import('./faults.js')]);
  clearFaults(document.querySelector('#delete-dialog form'));
  let undo;
  const isDeleted = await openDialog('delete-dialog', async (dialogForm) => {
    undo = await readUndo();
    return (await write(dialogForm, { method: 'DELETE' })) !== null;
  });
  if (!isDeleted) return;
  isChanged = false;
  openPage('/pools', { text: `Deleted: ${pool}.`, undo });
}

/** Returns the request that creates the pool again; undefined if it cannot be read, which must not block its deletion. */
async function readUndo() {
  try {
    const { name, ranges, protocols, owner } = (await fetchJson(path)).body;
    return { scope: 'admin', path: '/pools', body: { name, ranges, protocols, owner } };
  } catch {
    return undefined;
  }
}

/** Sends a write. Returns the response; null if it failed, and the form then shows the error. */
async function write(target, request) {
  const { clearFaults, showFaults } = await import('./faults.js');
  clearFaults(target);
  try {
    return await sendWithToken('admin', path, request);
  } catch (error) {
    showFaults(target, error);
    return null;
  }
}
