import { queryGraphql } from './graphql.js';
import { NAME_FIELDS, namesOf } from './port-names.js';
import { verdictOf } from './short-verdict.js';

/** The most options, and the most search results that are joined to options. */
const MAX_OPTIONS = 8;
const MAX_RESULTS = 20;
/** The most names of a port. */
const MAX_NAMES = 6;
/** The most ports of a list that has a page; the search of the server reads longer ones as words. */
const MAX_LISTED = 1000;
const LAST_PORT = 65535;

const SEARCH_QUERY = `query SearchOptions($text: String!, $most: Int!) {
  search(text: $text, first: $most) {
    totalCount
    suggestions
    detail
    corrected { to }
    nodes { port lastPort name description }
  }
}`;
const PORTS_QUERY = `query PortOptions($numbers: [Int!]!) { ports(numbers: $numbers) { number ${NAME_FIELDS} } }`;

/**
 * Finds options for a text: those of the ports that it lists, or search results, one for each port.
 *
 * @param {string} text - The text in the search box.
 * @param {AbortSignal} signal - Cancels the search.
 * @returns {Promise<object>} `options`, and of the search `count`, `suggestions`, `detail` and `corrected`.
 */
export async function findOptions(text, signal) {
  const base = document.documentElement.dataset.base;
  const send = (query, variables) => queryGraphql(`${base}/graphql`, query, variables, signal);
  const spans = parsePorts(text);
  if (spans === null) return searchOptions(base, text, send);
  const count = spans.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  const isList = count > 1;
  const listed = isList ? [{ port: text, name: `${count.toLocaleString('en')} ports, as a list`, words: '' }] : [];
  const options = listed.map((option) => ({ ...option, address: `${base}/search?q=${encodeURIComponent(text)}` }));
  options.push(...(await portOptions(base, spans, MAX_OPTIONS - options.length, send)));
  return { options, count: options.length, suggestions: [], detail: null, corrected: null };
}

/** Parses a list of ports and ranges with commas or blanks between them; null for any other text. */
function parsePorts(text) {
  const items = text.split(/[\s,]+/).filter((item) => item !== '');
  const spans = items.map((item) => {
    const [, one, other = one, protocol] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp|dccp))?$/i.exec(item) ?? [];
    // As the search of the server: 6010-6000 is 6000-6010.
    const [first, last] = [Number(one), Number(other)].sort((a, b) => a - b);
    return { first, last, protocol: protocol?.toLowerCase() };
  });
  const isValid = spans.every(({ last }) => last <= LAST_PORT);
  const count = spans.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return isValid && count <= MAX_LISTED ? spans : null;
}

async function portOptions(base, spans, most, send) {
  const ports = spans.flatMap(({ first, last, protocol }) => {
    const length = Math.min(most, last - first + 1);
    return Array.from({ length }, (_, index) => ({ number: first + index, protocol }));
  });
  const shown = ports.slice(0, most);
  const numbers = shown.map(({ number }) => number);
  const [found, verdicts] = await Promise.all([send(PORTS_QUERY, { numbers }), findVerdicts(shown, send)]);
  return shown.map(({ number, protocol }, index) => {
    const path = protocol === undefined ? number : `${number}/${protocol}`;
    return {
      port: String(path),
      name: namesOf(found.ports[index]).slice(0, MAX_NAMES).join(', '),
      words: '',
      verdict: verdicts[index],
      address: `${base}/ports/${path}`,
    };
  });
}

async function searchOptions(base, text, send) {
  const { nodes, totalCount, suggestions, detail, corrected } = (await send(SEARCH_QUERY, { text, most: MAX_RESULTS }))
    .search;
  const keyOf = ({ port, lastPort, name }) => (port === null ? name : spanOf(port, lastPort));
  const groups = [...Map.groupBy(nodes, keyOf).values()].slice(0, MAX_OPTIONS);
  const single = groups.map(([{ port, lastPort }]) => ({ number: port === lastPort ? port : null }));
  const verdicts = await findVerdicts(single, send);
  const options = groups.map((rows, index) => {
    const [{ port, lastPort, name, description }] = rows;
    const names = [...new Set(rows.flatMap((row) => row.name ?? []))].slice(0, MAX_NAMES).join(', ');
    return {
      port: port === null ? 'no port' : spanOf(port, lastPort),
      name: names,
      words: description === null || names.includes(description) ? '' : description,
      verdict: verdicts[index],
      address: port === null ? `${base}/services/${encodeURIComponent(name)}` : `${base}/ports/${port}`,
    };
  });
  return { options, count: totalCount, suggestions, detail, corrected };
}

function spanOf(port, lastPort) {
  return port === lastPort ? String(port) : `${port}-${lastPort}`;
}

/**
 * Finds the verdicts on ports, at most `MAX_OPTIONS`: a verdict costs 300 points.
 *
 * @param {{ number: number | null, protocol?: string }[]} ports - The ports; null for none.
 * @param {(query: string, variables: object) => Promise<object>} send - Sends a query.
 * @returns {Promise<(object | undefined)[]>} Undefined where there is no port; all of them if they cannot be loaded.
 */
async function findVerdicts(ports, send) {
  const asked = ports.flatMap(({ number, protocol }, index) => (number === null ? [] : { index, number, protocol }));
  if (asked.length === 0) return [];
  // Variables instead of numbers: the server keeps the documents that it has parsed.
  const declared = asked.map((_, at) => `$n${at}: Int!, $p${at}: TransportProtocol`).join(', ');
  const fields = asked.map(
    (_, at) => `v${at}: suitability(number: $n${at}, protocol: $p${at}) { verdict reasons { code severity } }`,
  );
  const variables = Object.fromEntries(
    asked.flatMap(({ number, protocol = null }, at) => [
      [`n${at}`, number],
      [`p${at}`, protocol?.toUpperCase() ?? null],
    ]),
  );
  const found = await send(`query Verdicts(${declared}) { ${fields.join(' ')} }`, variables).catch(() => null);
  const verdicts = [];
  for (const [at, { index }] of asked.entries())
    verdicts[index] = found === null ? undefined : verdictOf(found[`v${at}`]);
  return verdicts;
}
