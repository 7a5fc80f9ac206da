// The form that imports own entries from a file or from pasted rows: previews the import, and runs it after a look at the changes.
import { openPage, runOnce, sendWithToken } from '../own/api.js';
import { showText } from '../parts/invisible-characters.js';
import { countsOf, createFaults, createSteps } from './preview.js';

/** The media types of files by the end of their name. Other files are tables. */
const TYPES = [
  [/\.json$/i, 'application/json'],
  [/(?:^|\.)services$/i, 'text/x-services'],
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
  const { map, ignoreUnknown, scope, scopeName } = form.elements;
  const query = new URLSearchParams();
  if (map.value.trim() !== '') query.set('map', map.value);
  if (ignoreUnknown.checked) query.set('ignoreUnknown', 'true');
  if (scope.value !== '') {
    query.set('sync', 'true');
    query.set(scope.value, scopeName.value);
  }
  return { ...(await readRows()), query };
}

/** Reads the file or the pasted rows: their name in messages, their media type and their content. */
async function readRows() {
  const { rows, format, encoding } = form.elements;
  const [file] = document.getElementById('import-file').files;
  const isPasted = rows.value.trim() !== '';
  if (isPasted && file !== undefined) throw new Error('Choose a file or paste rows, not both.');
  if (isPasted) {
    const type = /^\s*[[{]/.test(rows.value) ? 'application/json' : 'text/csv';
    return { name: 'pasted rows', type: format.value || type, body: rows.value };
  }
  if (file === undefined) throw new Error('Choose a file, or paste rows.');
  const [, type] = TYPES.find(([name]) => name.test(file.name)) ?? ['', 'text/csv'];
  const charset = encoding.value === '' ? '' : `; charset=${encoding.value}`;
  const body = await file.arrayBuffer().catch(() => {
    throw new Error('The file cannot be read. Choose it again.');
  });
  return { name: file.name, type: (format.value || type) + charset, body };
}

/** Sends the rows. Returns null if the user entered no token. */
async function send({ query, type, body }, dryRun) {
  const path = `/associations/import?${new URLSearchParams([...query, ['dryRun', dryRun]])}`;
  const answer = await sendWithToken('write', path, { method: 'POST', type, body });
  return answer?.body ?? null;
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
