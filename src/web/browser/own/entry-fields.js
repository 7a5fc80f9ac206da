// Converts the fields of a form to the JSON of an own entry or a pool.

/** The converters of the kinds of fields that are not texts. */
const CONVERTERS = {
  wordList: (text) => split(text, ','),
  referenceList: (text) => split(text, '\n').map(parseSource),
};

/**
 * Reads an own entry or a pool from the form as JSON for the server: `null` for empty fields. The server reports invalid ones.
 *
 * @param {HTMLFormElement} form The form.
 */
export function readEntry(form) {
  return readFields(form, [...form.querySelectorAll('[data-kind]')]);
}

/**
 * Reads the fields that the user changed since the page was loaded.
 *
 * @param {HTMLFormElement} form The form.
 */
export function readChanges(form) {
  return readFields(form, [...form.querySelectorAll('[data-kind]')].filter(isChanged));
}

function isChanged(element) {
  return [...element.querySelectorAll('input, textarea, option')].some((control) =>
    control.localName === 'option'
      ? control.selected !== control.defaultSelected
      : control.value !== control.defaultValue || control.checked !== control.defaultChecked,
  );
}

function readFields(form, elements) {
  const entry = {};
  for (const element of elements) {
    const { field, kind } = element.dataset;
    const control = form.elements[field];
    if (kind === 'protocolList')
      entry[field] = [...element.querySelectorAll('input:checked')].map(({ value }) => value);
    else if (kind === 'ports') Object.assign(entry, parsePorts(control.value) ?? { firstPort: control.value });
    else if (CONVERTERS[kind] !== undefined) entry[field] = CONVERTERS[kind](control.value);
    else entry[field] = control.value.trim() || (control.required ? '' : null);
  }
  return entry;
}

/**
 * Parses `8443` or `20000-20019`.
 *
 * @param {string} text Any text.
 * @returns {{ firstPort: number, lastPort: number } | null} The ports; null for any other text.
 */
export function parsePorts(text) {
  const [, first, last = first] = /^\s*(\d{1,5})\s*(?:[-–]\s*(\d{1,5})\s*)?$/.exec(text) ?? [];
  const [firstPort, lastPort] = [Number(first), Number(last)];
  return first !== undefined && firstPort <= lastPort && lastPort <= 65535 ? { firstPort, lastPort } : null;
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
