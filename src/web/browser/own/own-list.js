// The page of own entries: adds the author of the last change for those who may read the audit, and loads the form that imports
// a file when it is opened.
import { fetchJson, onBearer } from './api.js';

onBearer(async (bearer) => {
  const places = [...document.querySelectorAll('[data-changed]')];
  if (bearer?.scope !== 'admin' || places.length === 0) return;
  const times = places.map((place) => place.querySelector('time').dateTime).sort();
  const { body } = await fetchJson(`/audit?limit=1000&since=${encodeURIComponent(times[0])}`);
  // The newest write comes first.
  const authors = new Map(body.results.toReversed().map(({ key, token }) => [key, token]));
  for (const place of places) {
    const author = authors.get(place.dataset.changed);
    if (author !== undefined && place.childElementCount === 1) place.append(`, by ${author}`);
  }
});

const importer = document.getElementById('import');
const loadImporter = () => importer.open && import('../import/import-form.js');
importer.addEventListener('toggle', loadImporter);
loadImporter();
