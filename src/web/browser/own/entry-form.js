// Converts between the fields of the form and the JSON of an own entry.

const TEXTS = ['name', 'usedBy', 'owner', 'contact', 'environment', 'link', 'note'];
const CONDITIONS = ['within', 'near', 'pool', 'count'];

/** Shows only the fields of an action. */
export function showFieldsOf(form, action) {
  for (const part of form.querySelectorAll('[data-only]')) part.hidden = !part.dataset.only.split(' ').includes(action);
}

/**
 * Fills the form.
 *
 * @param {HTMLFormElement} form The form.
 * @param {Record<string, any>} entry An association; missing fields get their defaults.
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
 * Reads an own entry from the form as JSON for the server: `null` for empty fields.
 *
 * @param {HTMLFormElement} form The form.
 */
export function readEntry(form) {
  const { elements } = form;
  const texts = Object.fromEntries(TEXTS.map((name) => [name, elements[name].value.trim() || null]));
  return {
    ...texts,
    // Left out if empty: the server then reports the required field.
    name: texts.name ?? undefined,
    firstPort: parseNumber(elements.firstPort.value) ?? undefined,
    lastPort: parseNumber(elements.lastPort.value),
    protocols: [...form.querySelectorAll('[name="protocols"]:checked')].map(({ value }) => value),
    category: elements.category.value,
    confidence: elements.confidence.value,
    tags: split(elements.tags.value, ','),
    sources: split(elements.sources.value, '\n').map(parseSource),
  };
}

/**
 * Reads a reservation from the form: empty fields set no condition.
 *
 * @param {HTMLFormElement} form The form.
 */
export function readReservation(form) {
  const { firstPort, lastPort, ...entry } = readEntry(form);
  const conditions = Object.fromEntries(CONDITIONS.map((name) => [name, form.elements[name].value.trim()]));
  const { count, near, within, pool } = conditions;
  return { ...entry, within: within || null, pool: pool || null, near: parseNumber(near), count: parseNumber(count) };
}

/** Parses a number; other text is returned as it is, so that the server reports it. */
function parseNumber(text) {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^\d{1,9}$/.test(trimmed) ? Number(trimmed) : trimmed;
}

function split(text, separator) {
  return text.split(separator).flatMap((part) => part.trim() || []);
}

/** Parses `Title https://…`; a URL alone is its own title. */
function parseSource(line) {
  const lastWord = line.split(/\s+/).at(-1);
  const start = lastWord.search(/https?:\/\/\S/i);
  if (start < 0) return { title: line, url: null };
  const url = lastWord.slice(start);
  return { title: line.slice(0, -url.length).trim() || url, url };
}
