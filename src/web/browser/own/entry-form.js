// The form of an own entry: creates an entry, or changes the one of the page.
import { askForToken, ensureToken, fetchJson, openPage, storeToken } from './api.js';

const form = document.getElementById('entry');
const { id } = form.dataset;
const saveButton = form.querySelector('button.first');

/** The entry that a change replaces, with its ETag; null for a new one. */
let loaded = null;
/** What the button of the form will do, besides saving. */
const warnings = { isStale: false, hasConflicts: false };
let isChanged = false;
let review;

form.addEventListener('input', () => {
  isChanged = true;
  startReview();
});
// Closing or leaving the page asks before it discards the changes.
addEventListener('beforeunload', (event) => isChanged && event.preventDefault());
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (form.ariaBusy === 'true') return;
  form.ariaBusy = 'true';
  try {
    await submit();
  } finally {
    form.ariaBusy = null;
  }
});
await start();

async function start() {
  if (id !== undefined) {
    try {
      loaded = await fetchJson(`/associations/${id}`);
    } catch (error) {
      const { showFaults } = await import('./faults.js');
      showFaults(form, error);
      return;
    }
    // The page shows an older state than the ETag that a change would be sent with.
    if (String(loaded.body.revision) !== form.dataset.revision) {
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
  const [{ clearFaults, showFaults }, { readEntry }] = await Promise.all([
    import('./faults.js'),
    import('./entry-fields.js'),
  ]);
  clearFaults(form);
  if (!(await ensureToken('write'))) return;
  if (!(await (await startReview()).isAccepted())) return;
  try {
    const { body } = await save(readEntry(form));
    showSaved(body);
  } catch (error) {
    if (error.status === 412) await showConflict();
    else if (error.status === 401) {
      storeToken(null);
      if (await askForToken('write', error.message)) await submit();
      else showFaults(form, error);
    } else showFaults(form, error);
  }
}

function save(body) {
  return id === undefined
    ? fetchJson('/associations', { method: 'POST', body })
    : fetchJson(`/associations/${id}`, { method: 'PATCH', body, etag: loaded.etag });
}

/** Opens the page of the entry. */
function showSaved({ id: saved, name, firstPort, lastPort }) {
  isChanged = false;
  const ports = firstPort === lastPort ? firstPort : `${firstPort}-${lastPort}`;
  openPage(`/associations/${saved}`, { text: `Saved: ${name} on ${ports}.` });
}

/** Shows the changes of others; the next try replaces them. */
async function showConflict() {
  const [{ showFaults, showSummary }, { changeList }] = await Promise.all([
    import('./faults.js'),
    import('./changes.js'),
  ]);
  try {
    const current = await fetchJson(`/associations/${id}`);
    const words = 'Somebody changed this entry meanwhile. Their changes:';
    showSummary(form, [words, changeList(loaded.body, current.body)]);
    loaded = current;
    warn({ isStale: true });
  } catch (error) {
    if (error.status === 404) showSummary(form, ['Somebody deleted this entry meanwhile. Nothing was saved.']);
    else showFaults(form, error);
  }
}
