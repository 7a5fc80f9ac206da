// Converts between the fields of the form and the JSON of an own entry.

const CONDITIONS = ['within', 'near', 'pool', 'count'];

/** Converters of the kinds of fields that are not texts: from the text of the control to JSON, and back. */
const CONVERTERS = {
  port: { parse: parseNumber, format: String },
  wordList: { parse: (text) => split(text, ','), format: (words) => words.join(', ') },
  referenceList: {
    parse: (text) => split(text, '\n').map(parseSource),
    format: (sources) => sources.map(({ title, url }) => `${title} ${url ?? ''}`.trim()).join('\n'),
  },
};
const TEXT = { parse: (text) => text.trim() || null, format: (text) => text };

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
  form.elements.near.value = entry.near ?? '';
  for (const { name, kind, boxes, control } of entryFields(form)) {
    const value = name === 'lastPort' && entry.lastPort === entry.firstPort ? null : entry[name];
    // The HTML has the defaults.
    if (value === undefined) continue;
    if (kind === 'protocolList') for (const box of boxes) box.checked = value.includes(box.value);
    else control.value = value === null ? '' : converterOf(kind).format(value);
  }
}

/**
 * Reads an own entry from the form as JSON for the server: `null` for empty fields.
 *
 * @param {HTMLFormElement} form The form.
 */
export function readEntry(form) {
  const values = entryFields(form).map(({ name, kind, boxes, control }) => {
    if (kind === 'protocolList') return [name, boxes.filter((box) => box.checked).map((box) => box.value)];
    const value = converterOf(kind).parse(control.value);
    // Left out if empty: the server then reports the required field.
    return [name, control.required && value === null ? undefined : value];
  });
  return Object.fromEntries(values);
}

/** Lists the fields of an own entry with their kinds and controls. */
function entryFields(form) {
  return [...form.querySelectorAll('[data-kind]')].map((element) => {
    const { field: name, kind } = element.dataset;
    return { name, kind, boxes: [...element.querySelectorAll('input')], control: form.elements[name] };
  });
}

function converterOf(kind) {
  return CONVERTERS[kind] ?? TEXT;
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
