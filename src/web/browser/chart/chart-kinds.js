// What the bytes of the chart mean, and in which colours they are shown. schema/openapi.yaml describes the bytes.

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

/** How much of its colour a port keeps that the legend has filtered out. */
const FADED = 0.1;

/** What a port is, by its byte: the same word as a row of the legend. */
export function kindOf(byte) {
  if (byte & MARKS.own) return 'own';
  const official = OFFICIAL_KINDS[byte & 15] ?? 'unlisted';
  return byte & MARKS.informal && FREE.includes(official) ? 'informal' : official;
}

/** Whether the legend's rows that are switched on let a port be seen; none lets all be seen. */
function isShown(byte, filter) {
  if (filter.size === 0) return true;
  for (const word of filter) {
    const [sort, name] = word.split(':');
    if (sort === 'kind' ? kindOf(byte) === name : byte & MARKS[name]) return true;
  }
  return false;
}

/** Reads the colours of the scheme in force from the custom properties of an element. */
export function readPalette(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ground: read('--ground'),
    ink: read('--ink'),
    quiet: read('--quiet'),
    accent: read('--accent'),
    font: style.fontFamily,
    /** Of small words, in CSS pixels. */
    small: Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75,
    kind: (name) => read(`--kind-${name}`),
  };
}

/** Gives the colour of each of the 256 bytes, as red, green and blue. */
export function coloursOf(palette, filter) {
  const ground = parse(palette.ground);
  return Array.from({ length: 256 }, (_, byte) => {
    const colour = parse(palette.kind(kindOf(byte)));
    return isShown(byte, filter) ? colour : colour.map((part, i) => Math.round(part * FADED + ground[i] * (1 - FADED)));
  });
}

function parse(hex) {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  return [1, 3, 5].map((start) => Number.parseInt(digits.slice(start, start + 2), 16));
}
