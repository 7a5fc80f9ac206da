// The page of an own entry: opens the form, deletes the entry, and shows admins its history and the button of its approval.
import { ensureToken, fetchJson, onBearer, openPage, sendWithToken } from './api.js';

const details = document.getElementById('change');
const loadForm = () => details.open && import('./entry-form.js');
details.addEventListener('toggle', loadForm);
if (location.hash === '#entry') details.open = true;
loadForm();

const deleteButton = document.querySelector('[data-delete]');
const id = deleteButton.dataset.delete;
deleteButton.addEventListener('click', async () => {
  if (await ensureToken('write')) await remove();
});

onBearer(async (bearer) => {
  const section = document.getElementById('history');
  const approval = document.getElementById('approval');
  section.hidden = approval.hidden = bearer?.scope !== 'admin';
  if (section.hidden) return;
  const [{ createHistory }, { listenForApproval }] = await Promise.all([
    import('./history.js'),
    import('./approval.js'),
  ]);
  listenForApproval(approval, id);
  section.append(await createHistory(id));
});

async function remove() {
  const [{ openDialog }, { clearFaults, showFaults, showSummary }, { showText }] = await Promise.all([
    import('./dialog.js'),
    import('./faults.js'),
    import('../parts/invisible-characters.js'),
  ]);
  const dialog = document.getElementById('delete-dialog');
  const button = dialog.querySelector('.danger');
  button.textContent = 'Delete';
  clearFaults(dialog.querySelector('form'));
  let loaded = null;
  const load = async () => {
    loaded = await fetchJson(`/associations/${id}`);
    showText(dialog.querySelector('.what'), describe(loaded.body));
  };
  const closed = openDialog('delete-dialog', async (form) => {
    try {
      const request = { method: 'DELETE', etag: loaded.etag };
      return (await sendWithToken('write', `/associations/${id}`, request)) !== null;
    } catch (error) {
      if (error.status === 404) showSummary(form, ['Somebody deleted this entry meanwhile.']);
      else if (error.status === 412) {
        await load();
        showSummary(form, ['Somebody changed this entry meanwhile. The description above is their version.']);
        button.textContent = 'Delete their version';
      } else showFaults(form, error);
      return false;
    }
  });
  await load().catch((error) => showFaults(dialog.querySelector('form'), error));
  if (await closed) showDeleted(loaded.body);
}

function describe({ name, firstPort, lastPort, protocols, owner, revision }) {
  const ports = firstPort === lastPort ? firstPort : `${firstPort}-${lastPort}`;
  const ownedBy = owner === null ? '' : `, owned by ${owner}`;
  return `${name} on ${ports} (${protocols.join(', ')})${ownedBy}, revision ${revision}.`;
}

/** Opens the list of own entries, with a button that creates the entry again. */
function showDeleted({ id: _, revision, prominence, origin, approvedBy, approvedAt, ...body }) {
  openPage('/own', { text: `Deleted: ${body.name}.`, undo: { scope: 'write', path: '/associations', body } });
}
