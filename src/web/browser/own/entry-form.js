// The form of an own entry: creates an entry, or changes the one of the page.
import { ensureToken, fetchJson, openPage, runOnce, sendWithToken } from './api.js';

const form = document.getElementById('entry');
const { id } = form.dataset;
const saveButton = form.querySelector('button.first');

/** The entry when the form was opened; null for a new one. */
let opened = null;
/** The ETag of the version that the next change is based on. */
let etag;
/** What the button of the form will do, besides saving. */
const warnings = { isStale: false, hasConflicts: false };
let isChanged = false;
let review;
/** Whether "Declare" on the page of drift opened the form, with the host of a socket. */
const isAdoption = new URLSearchParams(location.search).has('hosts');

form.addEventListener('input', () => {
  isChanged = true;
  startReview();
});
// Closing or leaving the page asks before it discards the changes.
addEventListener('beforeunload', (event) => isChanged && event.preventDefault());
form.addEventListener('submit', (event) => {
  event.preventDefault();
  runOnce(form, submit);
});
await start();

async function start() {
  if (id !== undefined) {
    try {
      ({ body: opened, etag } = await fetchJson(`/associations/${id}`));
    } catch (error) {
      await showError(error);
      return;
    }
    // The page shows an older state than the ETag that a change would be sent with.
    if (String(opened.revision) !== form.dataset.revision) {
      location.reload();
      return;
    }
  }
  form.querySelector('fieldset').disabled = false;
  saveButton.disabled = false;
  form.elements.name.focus();
}

function startReview() {
  review ??= import('./review.js').then(({ Review }) => {
    return new Review(form, id ?? null, (hasConflicts) => warn({ hasConflicts }));
  });
  return review;
}

function warn(changed) {
  Object.assign(warnings, changed);
  const { isStale, hasConflicts } = warnings;
  saveButton.textContent = isStale ? 'Replace their version' : hasConflicts ? 'Save anyway' : 'Save';
}

async function submit() {
  const { clearFaults } = await import('./faults.js');
  clearFaults(form);
  if (!(await ensureToken('write'))) return;
  if (!(await (await startReview()).isAccepted())) return;
  try {
    const saved = await save();
    if (saved !== null) showSaved(saved.body);
  } catch (error) {
    if (error.status === 412) await showConflict();
    else await showError(error);
  }
}

/** Sends the entry, or only the changed fields of an existing one: other fields keep the changes of others. */
async function save() {
  const { readChanges, readEntry } = await import('./entry-fields.js');
  return id === undefined
    ? sendWithToken('write', `/associations?adopt=${isAdoption}`, { method: 'POST', body: readEntry(form) })
    : sendWithToken('write', `/associations/${id}`, { method: 'PATCH', body: readChanges(form), etag });
}

async function showError(error) {
  const { showFaults, showSummary } = await import('./faults.js');
  const isDeleted = id !== undefined && error.status === 404;
  if (isDeleted) showSummary(form, ['Somebody deleted this entry meanwhile. Nothing was saved.']);
  else showFaults(form, error);
}

/** Opens the page of the entry. */
function showSaved({ id: saved, name, firstPort, lastPort }) {
  isChanged = false;
  const ports = firstPort === lastPort ? firstPort : `${firstPort}-${lastPort}`;
  openPage(`/associations/${saved}`, { text: `Saved: ${name} on ${ports}.` });
}

/** Shows all changes of others since the form was opened; the next try is based on them. */
async function showConflict() {
  const [{ showSummary }, { changeList }] = await Promise.all([import('./faults.js'), import('./changes.js')]);
  try {
    const current = await fetchJson(`/associations/${id}`);
    const words = 'Somebody changed this entry meanwhile. Nothing was saved. Their changes since you opened it:';
    const rule = 'Only the fields that you changed replace theirs.';
    showSummary(form, [words, changeList(opened, current.body), rule]);
    ({ etag } = current);
    warn({ isStale: true });
  } catch (error) {
    await showError(error);
  }
}
