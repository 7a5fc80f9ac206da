// The page of own entries: adds the author of the last change for readers of the audit log, and loads the form that imports
// a file when it is opened.
import { fetchJson, onBearer } from './api.js';

/** The most events that are compared with the times of changes: authors of earlier changes are not shown. */
const MOST_EVENTS = 200;

onBearer(async (bearer) => {
  const places = [...document.querySelectorAll('[data-changed]')];
  if (bearer?.scope !== 'admin' || places.length === 0) return;
  const timeOf = (place) => place.querySelector('time').dateTime;
  const [since] = places.map(timeOf).sort();
  const { body } = await fetchJson(`/audit/events?limit=${MOST_EVENTS}&since=${encodeURIComponent(since)}`);
  for (const place of places) {
    // Transactions do not overlap in time, and the newest comes first.
    const event = body.results.find(({ at }) => at <= timeOf(place));
    if (event !== undefined && place.childElementCount === 1) place.append(`, by ${event.token}`);
  }
});

const importer = document.getElementById('import');
const loadImporter = () => importer.open && import('../import/import-form.js');
importer.addEventListener('toggle', loadImporter);
loadImporter();
