// Decodes the bytes of the chart, and maps them to colours. schema/openapi.yaml describes the bytes.

const OFFICIAL_KINDS = [
  'dynamic',
  'unlisted',
  'unassigned',
  'deregistered',
  'reserved',
  'recorded',
  'assigned-other',
  'assigned-udp',
  'assigned-tcp',
  'assigned-tcp-udp',
];
const FREE = ['dynamic', 'unlisted', 'unassigned'];
const MARKS = { own: 16, informal: 32, 'wide-informal': 64, blocked: 128 };

/** The opacity of ports that the legend filters out. */
const FILTERED_OPACITY = 0.1;

/** Returns the kind of a port by its byte; the rows of the legend have the same names. */
export function kindOf(byte) {
  if (byte & MARKS.own) return 'own';
  const official = OFFICIAL_KINDS[byte & 15] ?? 'unlisted';
  return byte & MARKS.informal && FREE.includes(official) ? 'informal' : official;
}

/** Checks whether a port matches the selected rows of the legend; an empty selection matches all ports. */
function matchesFilter(byte, filter) {
  if (filter.size === 0) return true;
  for (const key of filter) {
    const [sort, name] = key.split(':');
    if (sort === 'kind' ? kindOf(byte) === name : byte & MARKS[name]) return true;
  }
  return false;
}

/** Reads the colours of the current colour scheme from the custom properties of an element. */
export function readPalette(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ground: read('--ground'),
    ink: read('--ink'),
    quiet: read('--quiet'),
    accent: read('--accent'),
    font: style.fontFamily,
    /** The font size of small texts, in CSS pixels. */
    small: Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75,
    kind: (name) => read(`--kind-${name}`),
  };
}

/** Returns the colour of each of the 256 bytes, as red, green and blue. */
export function coloursOf(palette, filter) {
  const ground = parseColour(palette.ground);
  return Array.from({ length: 256 }, (_, byte) => {
    const colour = parseColour(palette.kind(kindOf(byte)));
    return matchesFilter(byte, filter)
      ? colour
      : colour.map((part, i) => Math.round(part * FILTERED_OPACITY + ground[i] * (1 - FILTERED_OPACITY)));
  });
}

function parseColour(hex) {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  return [1, 3, 5].map((start) => Number.parseInt(digits.slice(start, start + 2), 16));
}
