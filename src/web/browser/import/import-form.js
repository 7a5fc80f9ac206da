// The form that imports a file of own entries: previews the import, and runs it after a look at the changes.
import { askForToken, ensureToken, fetchJson, openPage, runOnce, storeToken } from '../own/api.js';
import { showText } from '../parts/invisible-characters.js';
import { countsOf, createFaults, createSteps } from './preview.js';

/** The media types of files by the end of their name. Other files are tables. */
const TYPES = [
  [/\.json$/i, 'application/json'],
  [/(?:^|\.)services$/i, 'text/plain'],
];

const form = document.getElementById('import-form');
const preview = document.getElementById('import-preview');
const summary = form.querySelector('.summary');
const button = form.querySelector('.buttons button');

form.addEventListener('input', clear);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  run(async () => showPreview(await readRequest()));
});
form.querySelector('fieldset').disabled = false;
button.disabled = false;

/** Runs an action unless one is running, and shows its error. */
function run(action) {
  return runOnce(form, async () => {
    clear();
    await action().catch(showError);
  });
}

function clear() {
  summary.replaceChildren();
  preview.replaceChildren();
  preview.hidden = true;
}

/** Reads the form. The file is read once: the import writes what the preview shows, even if the file changes in between. */
async function readRequest() {
  const [file] = document.getElementById('import-file').files;
  if (file === undefined) throw new Error('Choose a file.');
  const { encoding, map, ignoreUnknown, scope, scopeName } = form.elements;
  const query = new URLSearchParams();
  if (map.value.trim() !== '') query.set('map', map.value);
  if (ignoreUnknown.checked) query.set('ignoreUnknown', 'true');
  if (scope.value !== '') {
    query.set('sync', 'true');
    query.set(scope.value, scopeName.value);
  }
  const [, type] = TYPES.find(([name]) => name.test(file.name)) ?? ['', 'text/csv'];
  const charset = encoding.value === '' ? '' : `; charset=${encoding.value}`;
  const body = await file.arrayBuffer().catch(() => {
    throw new Error('The file cannot be read. Choose it again.');
  });
  return { name: file.name, query, type: type + charset, body };
}

/** Sends a file. Asks for another token if the server rejects that of this window; returns null if none is entered. */
async function send({ query, type, body }, dryRun) {
  if (!(await ensureToken('write'))) return null;
  const path = `/associations/import?${new URLSearchParams([...query, ['dryRun', dryRun]])}`;
  try {
    return (await fetchJson(path, { method: 'POST', type, body })).body;
  } catch (error) {
    if (error.status !== 401) throw error;
    storeToken(null);
    return (await askForToken('write', error.message)) ? send({ query, type, body }, dryRun) : null;
  }
}

async function showPreview(request) {
  const answer = await send(request, true);
  if (answer === null) return;
  const { unchanged: _, ...changes } = answer.counts;
  const hasChanges = Object.values(changes).some((count) => count > 0);
  const nodes = createSteps(answer);
  if (hasChanges) nodes.push(createButtons(request));
  show(nodes);
}

function createButtons(request) {
  const buttons = document.createElement('p');
  buttons.className = 'buttons';
  const confirm = document.createElement('button');
  confirm.type = 'button';
  confirm.className = 'first';
  confirm.textContent = 'Import';
  confirm.addEventListener('click', () => run(() => write(request)));
  buttons.append(confirm);
  return buttons;
}

async function write(request) {
  const answer = await send(request, false);
  if (answer !== null) openPage('/own', { text: `Imported ${request.name}: ${countsOf(answer.counts)}.` });
}

function show(nodes) {
  preview.replaceChildren(...nodes);
  preview.hidden = false;
  preview.focus();
}

/** Shows the faults of a file as a table, any other error beside the button. */
function showError(error) {
  const faults = (error.errors ?? []).filter(({ parameter }) => parameter.startsWith('line '));
  if (faults.length > 0) show(createFaults(error.message, faults));
  else {
    showText(summary, error.message);
    summary.focus();
  }
}
