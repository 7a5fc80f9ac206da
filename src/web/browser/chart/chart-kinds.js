// Maps the bytes of the chart to kinds and colours. schema/openapi.yaml describes the bytes.

/** The opacity of ports that the legend filters out. */
const FILTERED_OPACITY = 0.1;

/** Returns the kind of a port for each byte, from the section of the chart; the rows of the legend have the same names. */
export function readKinds(section) {
  return section.dataset.kinds.split(' ');
}

/** Checks whether a port matches the selected rows of the legend; an empty selection matches all ports. */
function matchesFilter(byte, kind, filter) {
  if (filter.size === 0 || filter.has(`kind:${kind}`)) return true;
  return [...filter].some((key) => key.startsWith('mark:') && byte & Number(key.slice('mark:'.length)));
}

/** Reads the colours of the current colour scheme from the custom properties of an element. */
export function readPalette(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    background: read('--background'),
    text: read('--text'),
    quiet: read('--quiet'),
    accent: read('--accent'),
    font: style.fontFamily,
    /** The font size of small texts, in CSS pixels. */
    small: Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75,
    kind: (name) => read(`--kind-${name}`),
  };
}

/** Returns the colour of each of the 256 bytes, as red, green and blue. */
export function coloursOf(palette, kinds, filter) {
  const background = parseColour(palette.background);
  return kinds.map((kind, byte) => {
    const colour = parseColour(palette.kind(kind));
    return matchesFilter(byte, kind, filter)
      ? colour
      : colour.map((part, i) => Math.round(part * FILTERED_OPACITY + background[i] * (1 - FILTERED_OPACITY)));
  });
}

function parseColour(hex) {
  const digits = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex;
  return [1, 3, 5].map((start) => Number.parseInt(digits.slice(start, start + 2), 16));
}
