// Between the fields of the form and what the server reads and answers.

const TEXTS = ['name', 'usedBy', 'owner', 'contact', 'environment', 'link', 'note'];
const CONDITIONS = ['within', 'near', 'pool', 'count'];

/** Shows the fields of an action, and no others. */
export function showFieldsOf(form, action) {
  for (const part of form.querySelectorAll('[data-only]')) part.hidden = !part.dataset.only.split(' ').includes(action);
}

/**
 * Fills the form.
 *
 * @param {HTMLFormElement} form The form.
 * @param {Record<string, any>} entry An association; what is missing gets its default.
 */
export function fill(form, entry) {
  form.reset();
  const { elements } = form;
  for (const name of TEXTS) elements[name].value = entry[name] ?? '';
  elements.firstPort.value = entry.firstPort ?? '';
  elements.lastPort.value = entry.lastPort === entry.firstPort ? '' : (entry.lastPort ?? '');
  elements.near.value = entry.near ?? '';
  elements.category.value = entry.category ?? 'other';
  elements.confidence.value = entry.confidence ?? 'documented';
  elements.tags.value = (entry.tags ?? []).join(', ');
  elements.sources.value = (entry.sources ?? []).map(({ title, url }) => `${title} ${url ?? ''}`.trim()).join('\n');
  for (const box of form.querySelectorAll('[name="protocols"]')) {
    box.checked = (entry.protocols ?? ['tcp']).includes(box.value);
  }
}

/**
 * Reads an own entry from the form, as the server takes it: `null` for what was left empty.
 *
 * @param {HTMLFormElement} form The form.
 */
export function readEntry(form) {
  const { elements } = form;
  const texts = Object.fromEntries(TEXTS.map((name) => [name, elements[name].value.trim() || null]));
  return {
    ...texts,
    // A field that must be there is left out where it is empty: the server says so.
    name: texts.name ?? undefined,
    firstPort: number(elements.firstPort.value) ?? undefined,
    lastPort: number(elements.lastPort.value),
    protocols: [...form.querySelectorAll('[name="protocols"]:checked')].map(({ value }) => value),
    category: elements.category.value,
    confidence: elements.confidence.value,
    tags: parts(elements.tags.value, ','),
    sources: parts(elements.sources.value, '\n').map(source),
  };
}

/**
 * Reads a reservation from the form: what was left empty is left open.
 *
 * @param {HTMLFormElement} form The form.
 */
export function readReservation(form) {
  const { firstPort, lastPort, ...entry } = readEntry(form);
  const conditions = Object.fromEntries(CONDITIONS.map((name) => [name, form.elements[name].value.trim()]));
  const { count, near, within, pool } = conditions;
  return { ...entry, within: within || null, pool: pool || null, near: number(near), count: number(count) };
}

/** Something that is no number stays text, for the server to object to. */
function number(text) {
  const written = text.trim();
  if (written === '') return null;
  return /^\d{1,9}$/.test(written) ? Number(written) : written;
}

function parts(text, between) {
  return text.split(between).flatMap((part) => part.trim() || []);
}

/** `Title https://…`; an address alone is its own title. */
function source(line) {
  const lastWord = line.split(/\s+/).at(-1);
  const start = lastWord.search(/https?:\/\/\S/i);
  if (start < 0) return { title: line, url: null };
  const url = lastWord.slice(start);
  return { title: line.slice(0, -url.length).trim() || url, url };
}
